import dataclasses
from pathlib import Path

import platformdirs
import pytest

from ui.errors import SettingsError
from ui.settings import Settings, load_settings, store_setting


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No settings but the defaults; returns where the settings file would lie."""
    for field in dataclasses.fields(Settings):
        monkeypatch.delenv(f"DATELINE_{field.name.upper()}", raising=False)
    path = tmp_path / "settings.toml"
    path.write_text("")
    monkeypatch.setenv("DATELINE_CONFIG", str(path))
    return path


def test_defaults() -> None:
    settings, origins = load_settings({})
    assert settings == Settings()
    assert settings.data_dir == platformdirs.user_data_path("dateline")
    assert (settings.host, settings.log, settings.context) == ("127.0.0.1", True, 4096)
    assert set(origins.values()) == {"default"}
    assert list(origins) == [field.name for field in dataclasses.fields(Settings)]


def test_each_layer_overrides_the_next(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare.write_text('top_k = 1\ncontext = 1024\nhost = "0.0.0.0"\nlog = false\n')
    monkeypatch.setenv("DATELINE_TOP_K", "2")
    monkeypatch.setenv("DATELINE_CONTEXT", "2048")
    settings, origins = load_settings({"top_k": 3, "port": None})
    assert (settings.top_k, origins["top_k"]) == (3, "--top-k")
    assert (settings.context, origins["context"]) == (2048, "DATELINE_CONTEXT")
    assert (settings.host, origins["host"]) == ("0.0.0.0", str(bare))
    assert (settings.log, origins["log"]) == (False, str(bare))
    assert (settings.port, origins["port"]) == (7860, "default")


def test_the_file_lies_in_the_users_configuration_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATELINE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = platformdirs.user_config_path("dateline") / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("answer_tokens = 7")
    settings, origins = load_settings({})
    assert (settings.answer_tokens, origins["answer_tokens"]) == (7, str(path))


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("DATELINE_DATA_DIR", "~/news", "data_dir", Path("~/news").expanduser()),
        ("DATELINE_MODEL", "/m.gguf", "model", "/m.gguf"),
        ("DATELINE_THREADS", "3", "threads", 3),
        ("DATELINE_MIN_CONFIDENCE", "0.5", "min_confidence", 0.5),
        ("DATELINE_LOG", "off", "log", False),
        ("DATELINE_LOG", "Yes", "log", True),
        ("DATELINE_COLOR", "never", "color", "never"),
        ("DATELINE_PROMPTS", "mine", "prompts", Path("mine")),
        ("DATELINE_PORT", "", "port", 7860),
    ],
)
def test_environment(monkeypatch: pytest.MonkeyPatch, variable: str, text: str, field: str, value: object) -> None:
    monkeypatch.setenv(variable, text)
    assert getattr(load_settings({})[0], field) == value


def test_a_misspelt_variable_is_warned_of(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("ui.settings.log.handlers", [caplog.handler])
    monkeypatch.setattr("ui.settings.log.propagate", False)
    monkeypatch.setenv("DATELINE_TOPK", "2")
    monkeypatch.setenv("DATELINE_OF_ANOTHER_PROGRAM", "2")
    assert load_settings({})[0].top_k == Settings().top_k
    assert caplog.messages == ["DATELINE_TOPK is no setting: did you mean DATELINE_TOP_K?"]


@pytest.mark.parametrize(
    ("toml", "parts"),
    [
        ("topk = 3", ["unknown setting 'topk' (did you mean top_k?)", "expected one of"]),
        ('top_k = "24"', ["top_k", "found '24' (text)", "expected a whole number from 1 to 1000"]),
        ("top_k = true", ["found true (true or false)", "expected a whole number"]),
        ("top_k = 0", ["found 0 (a whole number)", "expected a whole number from 1 to 1000"]),
        ("context = 4096.0", ["found 4096.0 (a number)", "expected a whole number from 256"]),
        ("min_confidence = 2", ["expected a number from 0 to 1"]),
        ("min_confidence = nan", ["expected a number from 0 to 1"]),
        ("log = 1", ["log: found 1", "expected true or false"]),
        ('color = "red"', ["found 'red'", "expected one of auto, always, never"]),
        ("port = 65536", ["expected a whole number from 0 to 65535"]),
        ("data_dir = ['a']", ["(a list)", "expected a folder"]),
        ("model = {a = 1}", ["(a table)", "expected the path of a .gguf file"]),
        ("top_k = ", ["is no TOML file", "expected lines such as"]),
    ],
)
def test_a_bad_file_is_one_clear_line(bare: Path, toml: str, parts: list[str]) -> None:
    bare.write_text(toml)
    with pytest.raises(SettingsError) as caught:
        load_settings({})
    for part in (str(bare), *parts):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_utf8(bare: Path) -> None:
    bare.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is no TOML file"):
        load_settings({})


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATELINE_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match=r"DATELINE_CONFIG names .*none\.toml, and there is no such file"):
        load_settings({})


def test_a_folder_is_no_settings_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATELINE_CONFIG", str(tmp_path))
    with pytest.raises(SettingsError, match="can't be read"):
        load_settings({})


def test_bad_environment_and_flags_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_TOP_K", "many")
    with pytest.raises(SettingsError, match=r"DATELINE_TOP_K: found 'many' \(text\), expected a whole number"):
        load_settings({})
    monkeypatch.delenv("DATELINE_TOP_K")
    with pytest.raises(SettingsError, match=r"--top-k: found -1 \(a whole number\), expected"):
        load_settings({"top_k": -1})


def test_storing_a_setting_keeps_the_rest_of_the_file(bare: Path) -> None:
    bare.write_text("# my own\ntop_k = 30 # passages\nmin_confidence = 0.5\n")
    assert store_setting("min_confidence", 0.25) == bare
    assert bare.read_text() == "# my own\ntop_k = 30 # passages\nmin_confidence = 0.25\n"
    assert load_settings({})[0] == Settings(top_k=30, min_confidence=0.25)


def test_the_first_setting_makes_the_file_and_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATELINE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "new" / "folder"))
    path = store_setting("min_confidence", 0.25)
    assert path.read_text() == "min_confidence = 0.25\n"
    assert load_settings({})[0].min_confidence == 0.25


def test_a_setting_that_can_not_be_stored_changes_nothing(
    bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"min_confidence: found 7 .*expected a number from 0 to 1"):
        store_setting("min_confidence", 7)
    assert bare.read_text() == ""
    bare.write_text("top_k = = 3")
    with pytest.raises(SettingsError, match="is no TOML file"):
        store_setting("min_confidence", 0.5)
    assert bare.read_text() == "top_k = = 3"
    monkeypatch.delenv("DATELINE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "dateline").write_text("a file where the folder should be")
    with pytest.raises(SettingsError, match="check its permissions"):
        store_setting("min_confidence", 0.5)
