#!/usr/bin/env python3
"""Makes the folders of FamiliesTest with transformers.

    families.py FOLDER [NAME ...]     writes FOLDER/NAME for each family: a small random model as
                                      save_pretrained leaves it, and golden.json beside it

    families.py modules/tasks/src/test/resources/families

golden.json holds sources and decoder inputs, the log-probabilities of every next token, and what
greedy generation writes. Needs torch, transformers, tokenizers.
"""
import json
import sys
from pathlib import Path

import torch
import transformers as tf
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

WORDS = "the old house stands by a river and sees boats that go far.".split()
SENTINELS = 8
WIDTH = 8

BART = dict(
    d_model=WIDTH, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
    encoder_ffn_dim=12, decoder_ffn_dim=12, max_position_embeddings=24, dropout=0.0, attention_dropout=0.0,
)
T5 = dict(
    d_model=WIDTH, d_kv=6, d_ff=12, num_layers=2, num_decoder_layers=2, num_heads=2, dropout_rate=0.0,
    relative_attention_num_buckets=8, relative_attention_max_distance=12, n_positions=24,
)

# name -> class, keys of the configuration, special tokens in the order of their ids
STANDARD, PADDED_FIRST, MARIAN = ["<s>", "<pad>", "</s>", "<unk>"], ["<pad>", "</s>", "<unk>"], ["</s>", "<unk>"]
FAMILIES = {
    "bart": ("Bart", BART, STANDARD),
    "bart-silu": ("Bart", BART | dict(activation_function="silu", scale_embedding=True), STANDARD),
    "bart-gelu-new": ("Bart", BART | dict(activation_function="gelu_new"), STANDARD),
    "mbart": ("MBart", BART | dict(scale_embedding=True), STANDARD),
    "plbart": ("PLBart", BART, STANDARD),
    "pegasus": ("Pegasus", BART | dict(activation_function="relu", scale_embedding=True), PADDED_FIRST),
    "marian": ("Marian", BART | dict(activation_function="swish", scale_embedding=True), MARIAN),
    "m2m_100": ("M2M100", BART, STANDARD),
    "blenderbot": ("Blenderbot", BART | dict(scale_embedding=True), ["<pad>", "<s>", "</s>", "<unk>"]),
    "blenderbot-small": ("BlenderbotSmall", BART, ["<pad>", "<s>", "</s>", "<unk>"]),
    "t5": ("T5", T5, PADDED_FIRST),
    "t5-v1.1": ("T5", T5 | dict(feed_forward_proj="gated-gelu", tie_word_embeddings=False), PADDED_FIRST),
    "t5-gated-silu": ("T5", T5 | dict(feed_forward_proj="gated-silu", tie_word_embeddings=False), PADDED_FIRST),
    "t5-gelu": ("T5", T5 | dict(feed_forward_proj="gelu"), PADDED_FIRST),
    "mt5": ("MT5", T5 | dict(tie_word_embeddings=False), PADDED_FIRST),
    "umt5": ("UMT5", T5 | dict(tie_word_embeddings=False), PADDED_FIRST),
    "umt5-scaled": ("UMT5", T5, PADDED_FIRST),
}
CLASSES = {"Marian": "MarianMTModel"}
UNTIED = {"t5-v1.1", "t5-gated-silu", "mt5", "umt5"}


def tokenizer(specials, t5):
    """A Unigram tokenizer with these special tokens; sentinels for T5 and its relatives."""
    t = Tokenizer(models.Unigram())
    t.pre_tokenizer, t.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    t.train_from_iterator(
        [" ".join(WORDS)] * 50,
        trainers.UnigramTrainer(vocab_size=60, show_progress=False, unk_token="<unk>", special_tokens=specials),
    )
    more = [f"<extra_id_{k}>" for k in range(SENTINELS)][::-1] if t5 else ["<mask>"]
    if "<pad>" not in specials:
        more.append("<pad>")
    t.add_special_tokens([AddedToken(name, special=True) for name in more])
    t.post_processor = processors.TemplateProcessing(
        "$A </s>", "$A </s> $B </s>", [("</s>", t.token_to_id("</s>"))]
    )
    return tf.PreTrainedTokenizerFast(
        tokenizer_object=t,
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        **({"bos_token": "<s>"} if "<s>" in specials else {}),
        **({} if t5 else {"mask_token": "<mask>"}),
    )


def model(name, kind, keys, tok):
    ids = dict(
        vocab_size=len(tok),
        pad_token_id=tok.pad_token_id,
        eos_token_id=tok.eos_token_id,
        bos_token_id=tok.bos_token_id,
        decoder_start_token_id=tok.eos_token_id if kind in ("Bart", "MBart", "PLBart", "M2M100") else tok.pad_token_id,
    )
    if kind in ("Blenderbot", "BlenderbotSmall"):
        ids["decoder_start_token_id"] = tok.bos_token_id
    if kind == "M2M100":
        ids["forced_eos_token_id"] = None
    elif "encoder_layers" in keys:
        ids["forced_eos_token_id"] = tok.eos_token_id
    config = getattr(tf, kind + "Config")(**{**keys, **ids})
    made = getattr(tf, CLASSES.get(kind, kind + "ForConditionalGeneration"))(config).eval()
    waves = [id(p) for n, p in made.named_parameters() if "embed_positions" in n and not p.requires_grad]
    with torch.no_grad():
        for parameter in made.parameters():
            if id(parameter) not in waves:
                parameter.add_(torch.randn_like(parameter) * 0.3)
        if name in UNTIED:
            made.lm_head.weight = torch.nn.Parameter(torch.randn(len(tok), WIDTH))
        if name in ("marian", "bart-silu"):
            made.final_logits_bias = torch.nn.Buffer(torch.randn(1, len(tok)))
    return made


def golden(made, tok):
    size = len(tok)
    sources = [torch.randint(4, size - 10, (length,)).tolist() + [tok.eos_token_id] for length in (7, 3, 11)]
    inputs = [
        [made.config.decoder_start_token_id] + torch.randint(4, size - 10, (length,)).tolist() for length in (5, 8, 2)
    ]
    scores, greedy = [], []
    for source, decoder in zip(sources, inputs):
        with torch.no_grad():
            logits = made(input_ids=torch.tensor([source]), decoder_input_ids=torch.tensor([decoder])).logits
            scores.append([[round(x, 6) for x in row] for row in torch.log_softmax(logits[0].double(), -1).tolist()])
            written = made.generate(torch.tensor([source]), max_new_tokens=10, do_sample=False, num_beams=1)
            greedy.append(written[0].tolist())
    return dict(sources=sources, inputs=inputs, scores=scores, greedy=greedy)


def main():
    root, wanted = Path(sys.argv[1]), sys.argv[2:] or list(FAMILIES)
    tf.logging.set_verbosity_error()
    for name in wanted:
        kind, keys, specials = FAMILIES[name]
        torch.manual_seed(sum(name.encode()))
        tok = tokenizer(specials, "d_kv" in keys)
        made = model(name, kind, keys, tok)
        folder = root / name
        tok.save_pretrained(folder)
        made.save_pretrained(folder)
        (folder / "golden.json").write_text(json.dumps(golden(made, tok)) + "\n")
        print(name, sum(f.stat().st_size for f in folder.iterdir()), "bytes")


if __name__ == "__main__":
    main()
