"""The structure checks find what they are for, and nothing else."""

from pathlib import Path

import pytest

from tools import check_layers


def findings(tmp_path: Path, source: str, *names: str) -> list[str]:
    path = tmp_path / "lib.rs"
    path.write_text(source, encoding="utf-8")
    return list(check_layers.operator_names_in_rust(names, [path]))


@pytest.mark.parametrize(
    "source",
    [
        "fn softmax() {}",
        "struct SoftmaxLayer;",
        "fn prove_softmax_row() {}",
        'match kind { "Softmax" => 1, _ => 0 }',
        "const SOFTMAX: u8 = 1;",
    ],
)
def test_an_operator_name_is_found_in_any_case_style(tmp_path: Path, source: str) -> None:
    assert len(findings(tmp_path, source, "softmax")) == 1


def test_words_of_a_name_must_follow_each_other(tmp_path: Path) -> None:
    assert findings(tmp_path, "fn arg_of_max() {}", "arg_max") == []
    assert len(findings(tmp_path, "fn f() {}\nfn prove_arg_max() {}", "arg_max")) == 1


@pytest.mark.parametrize(
    "source",
    [
        "// a softmax is a composition",
        "/* softmax\n softmax */",
        "fn convert() {}",
        'panic("no softmax here")',
        'let url = "https://softmax"; // conv',
        "// an odd \" mark\n/* softmax */ let c = '\"'; // softmax",
        'let raw = r#"a " softmax"#;',
    ],
)
def test_comments_prose_and_parts_of_words_do_not_count(tmp_path: Path, source: str) -> None:
    assert findings(tmp_path, source, "softmax", "conv") == []


def test_the_line_of_a_finding_survives_comments_and_strings(tmp_path: Path) -> None:
    source = '/* one\n two */\nlet s = "three\n four";\nfn conv() {}\n'
    (finding,) = findings(tmp_path, source, "conv")
    assert "lib.rs:5:" in finding


def test_pyo3_is_allowed_in_the_bindings_only() -> None:
    def package(folder: str) -> dict[str, object]:
        manifest = str(check_layers.ROOT / folder / "Cargo.toml")
        return {"manifest_path": manifest, "dependencies": [{"name": "pyo3"}]}

    metadata = {"packages": [package("crates/python"), package("crates/kzg")]}
    (finding,) = check_layers.crates_with_pyo3(metadata)
    assert finding.startswith("crates/kzg:")


def test_length_limits(tmp_path: Path) -> None:
    for name, lines in [("short.py", 400), ("note.py", 401), ("fail.py", 801), ("data.json", 9999)]:
        (tmp_path / name).write_text("x\n" * lines, encoding="utf-8")
    notes, failures = check_layers.long_files(sorted(tmp_path.iterdir()))
    assert [note.split(":")[0].rsplit("/")[-1] for note in notes] == ["note.py"]
    assert [failure.split(":")[0].rsplit("/")[-1] for failure in failures] == ["fail.py"]
