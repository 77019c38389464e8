#!/usr/bin/env python3
"""Makes the folders of PublishedTokenizersTest with sentencepiece and transformers.

    tokenizers_of_families.py FOLDER     writes FOLDER/lines.txt, and FOLDER/NAME for each family: its
                                         tokenizer in the files that published models have, and
                                         golden.json, the ids that its class in transformers gives

    tokenizers_of_families.py modules/corpus/src/test/resources/tokenizers

golden.json has the special ids around a text, the ids of the first lines, and of every line the first eight digits of the SHA-256 of
its ids, joined by commas. Needs transformers, tokenizers, sentencepiece, protobuf.
"""
import hashlib
import json
import random
import sys
from pathlib import Path

import sentencepiece as spm
import transformers as tf
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

LINES, SHOWN, PIECES = 500, 12, 180
WORDS = """the old house stands by a river and sees boats that go far under bridges of stone where children play while
their mothers talk about bread, prices and the weather der Fluß fließt schnell l'été où ça naïve façade señor mañana
Ελλάδα здравствуй мир 東京 日本語 中文 한국어 שלום مرحبا ॐ 1984 3.14 42% $5 a@b.c http://x.y/z C++ x_1 fi ﬁne Ａｂｃ ½ ™ … – — “quoted”
(parentheses) [brackets] {braces} don't won't it's rock'n'roll ALL CAPS MiXeD emoji 🙂 👩‍🚀 e\u0301 ñ n\u0303""".split()
RULES = [("ﬁ", "fi"), ("Ａ", "A"), ("ｂ", "b"), ("ｃ", "c"), ("½", "1/2"), ("™", "TM"), ("…", "..."), ("\u00a0", " "), ("\u3000", " ")]


def lines():
    rng = random.Random(7)
    made = ["", "a", "  two  spaces   here ", "no\u00a0break", "ideographic\u3000space", "ends with space ", " begins with space"]
    while len(made) < LINES:
        words = [rng.choice(WORDS) for _ in range(rng.randint(1, 14))]
        made.append("".join(word + rng.choice([" "] * 8 + [", ", ". ", "  ", "", "-"]) for word in words).strip())
    return [line for line in made if "\n" not in line]


def train(folder, name, text, kind, rules, **ids):
    """A SentencePiece model; its map of characters has only RULES, as the usual one has 240 KB."""
    (folder / "text").write_text("\n".join(text) + "\n", encoding="utf-8")
    (folder / "rules").write_text("".join(" ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n" for a, b in RULES))
    spm.SentencePieceTrainer.train(
        input=str(folder / "text"), model_prefix=str(folder / name), model_type=kind, vocab_size=PIECES,
        hard_vocab_limit=False, minloglevel=2, num_threads=1,
        # Of text unknown to Marian's source, transformers takes pieces of the target only if they are all of it.
        character_coverage=1.0 if name == "source" else 0.98,
        **({"normalization_rule_tsv": str(folder / "rules")} if rules else {"normalization_rule_name": "identity"}), **ids,
    )
    for rest in ("text", "rules", name + ".vocab"):
        (folder / rest).unlink()
    return spm.SentencePieceProcessor(model_file=str(folder / (name + ".model")))


FAIRSEQ = dict(unk_id=0, bos_id=1, eos_id=2, pad_id=-1)
T5 = dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1)


def family(name, folder, text):
    """Writes the files; returns the keys of tokenizer_config.json."""
    if name in ("t5", "mt5", "umt5"):
        train(folder, "spiece", text, "unigram", True, **T5)
        return dict(tokenizer_class="T5Tokenizer", extra_ids=100 if name == "t5" else 0 if name == "mt5" else 300)
    if name == "pegasus":
        train(folder, "spiece", text, "unigram", True, **T5)
        return dict(tokenizer_class="PegasusTokenizer", offset=103)
    if name in ("mbart", "mbart50", "plbart"):
        train(folder, "sentencepiece.bpe", text, "unigram", name != "mbart", **FAIRSEQ)
        kind = {"mbart": "MBartTokenizer", "mbart50": "MBart50Tokenizer", "plbart": "PLBartTokenizer"}[name]
        return dict(tokenizer_class=kind, **(dict(src_lang="de_DE") if name == "mbart50" else {}))
    if name == "nllb":
        train(folder, "sentencepiece.bpe", text, "bpe", True, **FAIRSEQ)
        return dict(tokenizer_class="NllbTokenizer", src_lang="fra_Latn", extra_special_tokens=FAIRSEQ_LANGUAGE_CODES)
    if name == "m2m_100":
        model = train(folder, "sentencepiece.bpe", text, "bpe", True, **FAIRSEQ)
        pieces = ["<s>", "<pad>", "</s>", "<unk>"] + [model.id_to_piece(i) for i in range(3, len(model))]
        (folder / "vocab.json").write_text(json.dumps({p: i for i, p in enumerate(pieces)}, ensure_ascii=False))
        return dict(tokenizer_class="M2M100Tokenizer", src_lang="de")
    if name == "marian":
        half = len(text) // 2
        source = train(folder, "source", text, "unigram", True, unk_id=0, bos_id=1, eos_id=2)
        target = train(folder, "target", text[half:], "unigram", True, unk_id=0, bos_id=1, eos_id=2)
        for side in ("source", "target"):
            (folder / (side + ".model")).rename(folder / (side + ".spm"))
        pieces = ["</s>", "<unk>"] + sorted({m.id_to_piece(i) for m in (source, target) for i in range(3, len(m))}) + [">>fra<<", "<pad>"]
        (folder / "vocab.json").write_text(json.dumps({p: i for i, p in enumerate(pieces)}, ensure_ascii=False))
        return dict(tokenizer_class="MarianTokenizer", source_lang="eng", target_lang="fra")
    if name == "blenderbot-small":
        trained = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
        trained.normalizer, trained.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Sequence([
            pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex("[.,!?()]"), "merged_with_next"), pre_tokenizers.Split("'", "isolated"),
        ])
        specials = ["__null__", "__start__", "__end__", "__unk__"]
        seen = [line for line in text if "東" not in line]  # So that some characters are unknown.
        trained.train_from_iterator(seen, trainers.BpeTrainer(vocab_size=400, show_progress=False, special_tokens=specials, end_of_word_suffix="</w>"))
        trained.model.save(str(folder))
        ids = json.loads((folder / "vocab.json").read_text())
        spelled = {k if k in specials else k.removesuffix("</w>") if k.endswith("</w>") else k + "@@": i for k, i in ids.items()}
        (folder / "vocab.json").write_text(json.dumps(spelled, ensure_ascii=False))
        return dict(tokenizer_class="BlenderbotSmallTokenizer")
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    trained.train_from_iterator(text, trainers.BpeTrainer(vocab_size=400, show_progress=False, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    trained.model.save(str(folder))
    vocabulary = json.loads((folder / "vocab.json").read_text())
    (folder / "vocab.json").write_text(json.dumps({**vocabulary, "<mask>": len(vocabulary)}, ensure_ascii=False))
    return dict(tokenizer_class="BartTokenizer")


def hashes(ids):
    return " ".join(hashlib.sha256(",".join(map(str, i)).encode()).hexdigest()[:8] for i in ids)


def main():
    root = Path(sys.argv[1])
    root.mkdir(parents=True, exist_ok=True)
    text = lines()
    (root / "lines.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
    for name in ["t5", "mt5", "umt5", "pegasus", "mbart", "mbart50", "plbart", "nllb", "m2m_100", "marian", "bart", "blenderbot-small"]:
        folder = root / name
        folder.mkdir(exist_ok=True)
        settings = family(name, folder, [line for line in text if line.strip()])
        (folder / "tokenizer_config.json").write_text(json.dumps(settings) + "\n")
        made = getattr(tf, settings["tokenizer_class"]).from_pretrained(folder)
        # These classes of transformers 5 make tokens of spaces around a text; SentencePiece does not.
        strips = name in ("nllb", "mbart50", "pegasus")
        ids = [made(line.strip(" ") if strips else line, add_special_tokens=False).input_ids for line in text]
        frame = made("").input_ids
        if name == "nllb":  # Published folders have their languages before the mask, which this class puts first.
            frame = [PIECES + 1 + FAIRSEQ_LANGUAGE_CODES.index(settings["src_lang"]), made.eos_token_id]
        golden = dict(frame=frame, first=ids[:SHOWN], hashes=hashes(ids))
        if name == "marian":
            targets = [made(text_target=line, add_special_tokens=False).input_ids for line in text]
            # A run of characters that the targets' model does not know is one unknown token there.
            golden["targets"] = " ".join("-" if made.unk_token_id in i else hashes([i]) for i in targets)
        (folder / "golden.json").write_text(json.dumps(golden) + "\n")
        print(name, len(made), sum(f.stat().st_size for f in folder.iterdir()), "bytes")


if __name__ == "__main__":
    main()
