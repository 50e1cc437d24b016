"""Weights a district's desk has learnt, newest last; every process of the desk reads them from here.

In:       desk.learning.
Out:      LearntWeights.
Not here: what is in them (classifier.weights).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from models.base import Base


class LearntWeights(Base):
    """One training: the file, the corpus it rests on, its figures, and whether it serves."""

    __tablename__ = "learnt_weights"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    corpus_sha256: Mapped[str] = mapped_column(String(64))
    corrections: Mapped[int]
    may_serve: Mapped[bool]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
