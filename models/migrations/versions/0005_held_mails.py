"""Held mails

In:       revision 0004.
Out:      revision 0005.
Not here: anything but the schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ticket_number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound_mail.id"], name=op.f("fk_hold_inbound_id_inbound_mail")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hold_person_id_person")),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], name=op.f("fk_hold_ticket_number_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("inbound_id", name=op.f("uq_hold_inbound_id")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index("ix_hold_asked", ["person_id", "asked_at"], unique=False)
        batch_op.create_index(
            "ix_hold_waiting", ["held_at"], unique=False,
            sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"),
        )
    # Adding a nullable column needs no rebuilt table; a unique index serves where SQLite cannot add a constraint.
    op.add_column("inbound_mail", sa.Column("replay_key", sa.String(length=64), nullable=True))
    op.create_index("uq_inbound_mail_replay_key", "inbound_mail", ["replay_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_inbound_mail_replay_key", table_name="inbound_mail")
    op.drop_column("inbound_mail", "replay_key")
    op.drop_table("hold")
