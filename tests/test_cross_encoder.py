"""The network of four heads: what it gives, and its folder, which other libraries open as it is."""

import json
from pathlib import Path

import pytest

from assistant.errors import ModelFileError
from assistant.ranker.claim_windows import ClaimWindowMaker
from assistant.ranker.cross_encoder import CONFIG, HEADS, LABELS, WEIGHTS, Network
from vectorstore.index.embedding import default_embedder

pytestmark = pytest.mark.model

PAIRS = [
    ("Brem has 14 bridges. Two of them are closed.", "Brem has bridges."),
    ("It rained in Cray.", "It was dry in the whole of the country, and nobody in Cray saw any rain."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network grown from the packaged MiniLM, saved."""
    import torch

    torch.manual_seed(1)
    made = tmp_path_factory.mktemp("network")
    Network.grown_from(default_embedder().folder).save(made)
    return made


def test_the_outputs(folder: Path) -> None:
    import torch

    network, maker = Network.load(folder), ClaimWindowMaker(folder)
    windows = maker.windows(PAIRS)
    with torch.inference_mode():
        both, alone = network(windows), network(windows[:1])
    longest = -(-max(len(window.ids) for window in windows) // 16) * 16
    assert both.verdicts.shape == (2, len(LABELS))
    assert both.scores.shape == (2, longest)
    assert both.spans.shape == (2, longest, 2)
    assert both.answerable.shape == (2,)
    assert torch.allclose(both.verdicts[0], alone.verdicts[0], atol=1e-5), "padding changes nothing"
    assert {name.partition(".")[0] for name in network.named_parameters()} == {"bert", *HEADS}


def test_sentence_transformers_opens_the_folder(folder: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    network = Network.load(folder)
    with torch.inference_mode():
        expected = network(ClaimWindowMaker(folder).windows(PAIRS)).verdicts
    given = CrossEncoder(str(folder), device="cpu").predict(PAIRS, convert_to_tensor=True)
    assert torch.allclose(given.float(), expected, atol=1e-4)


def test_transformers_opens_the_folder(folder: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(str(folder), local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    assert model.config.id2label == dict(enumerate(LABELS))
    inputs = tokenizer([one for one, _ in PAIRS], [other for _, other in PAIRS], padding=True, return_tensors="pt")
    with torch.inference_mode():
        given = model(**inputs).logits
        expected = Network.load(folder)(ClaimWindowMaker(folder).windows(PAIRS)).verdicts
    assert torch.allclose(given, expected, atol=1e-4)


def test_saved_again_it_is_the_same(folder: Path, tmp_path: Path) -> None:
    Network.load(folder).save(tmp_path / "a" / "b")
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == sorted(p.name for p in folder.iterdir())
    for path in folder.iterdir():
        assert (tmp_path / "a" / "b" / path.name).read_bytes() == path.read_bytes()


def test_what_is_no_network_is_one_clear_line(folder: Path, tmp_path: Path) -> None:
    whole, config = (folder / WEIGHTS).read_bytes(), json.loads((folder / CONFIG).read_text())
    other = {"0": "entailment", "1": "neutral", "2": "contradiction"}
    for weights, settings, expected in (
        (None, config, "holds no cross-encoder that can be read"),
        (whole, None, "holds no cross-encoder that can be read"),
        (whole[:1000], config, "holds no cross-encoder that can be read"),
        (b"", config, "holds no cross-encoder that can be read"),
        (whole, {}, "holds no cross-encoder that can be read"),
        (whole, [], "holds no cross-encoder that can be read"),
        (whole, config | {"id2label": other}, "tells entailment, neutral, contradiction apart, expected refuted, nei"),
        ((default_embedder().folder / WEIGHTS).read_bytes(), config, "holds no cross-encoder that can be read"),
    ):
        for name, content in ((WEIGHTS, weights), (CONFIG, settings)):
            (tmp_path / name).unlink(missing_ok=True)
            if content is not None:
                (tmp_path / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        with pytest.raises(ModelFileError, match=expected) as raised:
            Network.load(tmp_path)
        assert str(tmp_path) in str(raised.value)
        assert "\n" not in str(raised.value)
