"""Take the pictures of docs/notices.md: every main notice at a phone's and a desktop's width, light and dark.

In:       `pip install playwright pillow`, a Chromium (`playwright install chromium`, or CHROMIUM=/path/to/it).
Out:      docs/pictures/*.png. Run from the repository's folder: python docs/take_pictures.py [FOLDER]
Not here: the notices (districtdesk preview), what is said of them (docs/notices.md).

Not part of the package and not needed to run a desk. Whoever changes a template runs it and looks.
"""

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from desk.preview import preview
from notifier.settings import DeliverySettings, DeskIdentity

MAIN = ("acknowledgement", "assigned", "reply", "resolved", "receipt", "reminder", "daily", "weekly", "digest")
WIDTHS = (360, 800)
COLOURS = 96
DESK = DeskIdentity("Oak District", "help@oakdistrict.example", timezone="America/Chicago")


def main() -> None:
    """Write one picture for each notice, width and colour scheme."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        for name in MAIN:
            page_of = preview(DESK, DeliverySettings(sender=DESK.address), name, "en")[1]
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    page = browser.new_page(viewport={"width": width, "height": 300}, color_scheme=scheme)
                    page.set_content(page_of)
                    _keep(page.screenshot(full_page=True), folder / f"{name}-{width}-{scheme}.png")
                    page.close()
        browser.close()


def _keep(picture: bytes, file: Path) -> None:
    """Few colours make a small file."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
