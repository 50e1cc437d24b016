"""What keeps many tickets quick

In:       revision 0006.
Out:      revision 0007.
Not here: anything but the schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNDONE = sa.text("status IN ('new', 'open', 'pending')")


def upgrade() -> None:
    state = op.create_table(
        "directory_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_state")),
    )
    op.bulk_insert(state, [{"id": 1, "version": 1}])
    op.create_index(
        "ix_ticket_alike", "ticket", ["school_id", "category", "opened_at"], sqlite_where=UNDONE, postgresql_where=UNDONE
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_alike", table_name="ticket", sqlite_where=UNDONE, postgresql_where=UNDONE)
    op.drop_table("directory_state")
