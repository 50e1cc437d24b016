"""Deeds and merged tickets

In:       revision 0003.
Out:      revision 0004.
Not here: anything but the schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place on both databases: rebuilding the table that most others refer to would be long and risky.
    op.execute(
        "ALTER TABLE ticket ADD COLUMN merged_into INTEGER "
        "CONSTRAINT fk_ticket_merged_into_ticket REFERENCES ticket (number)"
    )
    op.create_table(
        "deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("ticket_number", sa.Integer(), nullable=False),
        sa.Column("who_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("commands", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("joined", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_deed_ticket_number_ticket")),
        sa.ForeignKeyConstraint(["who_id"], ["person.id"], name=op.f("fk_deed_who_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
        sa.UniqueConstraint("cause", name=op.f("uq_deed_cause")),
    )
    op.create_index("ix_deed_of", "deed", ["ticket_number", "who_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_deed_of", table_name="deed")
    op.drop_table("deed")
    op.execute("ALTER TABLE ticket DROP COLUMN merged_into")
