"""Notices told together

In:       revision 0005.
Out:      revision 0006.
Not here: anything but the schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gathered_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_notice_gathered_into_id_notice"), "notice", ["gathered_into_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_notice_gathered_into_id"), ["gathered_into_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_gathered_into_id"))
        batch_op.drop_constraint(batch_op.f("fk_notice_gathered_into_id_notice"), type_="foreignkey")
        batch_op.drop_column("gathered_into_id")
