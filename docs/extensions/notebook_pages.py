"""mkdocs' hook that makes a page of each notebook, with the outputs it was kept with, and of the changelog.

Links are written as they lead in the repository, from a page to `../notebooks/NAME.ipynb`, from a notebook to
`../docs/PAGE.md` and to `NAME.ipynb`, and from the changelog to `docs/PAGE.md`; on the site all are pages.
"""

import pathlib
import re

from mkdocs.structure.files import File
from nbconvert import MarkdownExporter

ROOT = pathlib.Path(__file__).parents[2]


def on_files(files, config):
    """Adds a page, and its pictures, for each notebook, and a page for the changelog."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    changelog = changelog.replace("](docs/", "](").replace("](SECURITY.md)", "](security.md)")
    files.append(File.generated(config, "changelog.md", content=changelog))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        folder = f"{path.stem}_files"
        body, resources = MarkdownExporter().from_filename(path, resources={"output_files_dir": folder})
        body = re.sub(r"\]\((\w+)\.ipynb", r"](\1.md", re.sub(r"\]\(\.\./docs/", "](../", body))
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=body))
        for name, picture in resources["outputs"].items():
            files.append(File.generated(config, f"notebooks/{name}", content=picture))
    return files


def on_page_markdown(markdown, page, config, files):
    """Points a page's links to notebooks at their pages."""
    return re.sub(r"\]\(\.\./notebooks/(\w+)\.ipynb", r"](notebooks/\1.md", markdown)
