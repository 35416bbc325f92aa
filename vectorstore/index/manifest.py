"""What an index was made with, and the refusal to use it with another embedder or chunker.

The table `manifest` of the library holds `embedder`, `embedder_sha256`, `dimension` and `chunker`, and besides them
`generation`, the number of the current Chroma folder, and `revision`, which grows at every change of its vectors.
"""

from collections.abc import Mapping
from pathlib import Path

from vectorstore import chunking
from vectorstore.errors import IndexMismatchError
from vectorstore.index.embedding import Embedder


def made_with(embedder: Embedder) -> dict[str, str]:
    """The entries of the manifest that describe this embedder and the current chunker."""
    return {
        "embedder": embedder.name,
        "embedder_sha256": embedder.sha256,
        "dimension": str(embedder.dimension),
        "chunker": chunking.VERSION,
    }


def differences(manifest: Mapping[str, str], embedder: Embedder) -> list[str]:
    """For each entry in which the index differs from this embedder and the current chunker: "key old (now new)"."""
    return [
        f"{key} {manifest.get(key)} (now {value})"
        for key, value in made_with(embedder).items()
        if manifest.get(key) != value
    ]


def refuse_mismatch(manifest: Mapping[str, str], embedder: Embedder, data_dir: Path) -> None:
    """Raise IndexMismatchError where the index was made with another embedder or chunker."""
    if different := differences(manifest, embedder):
        raise IndexMismatchError(
            f"the index in {data_dir} was made with another {', '.join(different)}: "
            "'dateline rebuild' makes it anew from the stored articles"
        )
