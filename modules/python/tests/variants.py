"""Variants of published models: configurations, and what is done to their folders."""

import json

import torch
from safetensors.torch import load_file, save_file

V = 480


def tensors(edit):
    def change(folder):
        file = folder / "model.safetensors"
        save_file(
            {k: v.contiguous() for k, v in edit(load_file(file)).items()}, file, {"format": "pt"}
        )

    return change


def keys(file="config.json", **values):
    """Changes keys of a JSON file; ... removes one."""

    def change(folder):
        old = json.loads((folder / file).read_text())
        (folder / file).write_text(
            json.dumps({k: v for k, v in {**old, **values}.items() if v is not ...})
        )

    return change


def torch_bin(folder):
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def zoo():
    """name -> tokenizer, class, its keys, what is done to the folder, how it is saved"""
    bart = dict(
        vocab_size=V,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
    )
    t5 = dict(
        vocab_size=V,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_decoder_layers=2,
        num_heads=4,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    v11 = dict(t5, feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    led = dict(
        bart,
        max_encoder_position_embeddings=64,
        max_decoder_position_embeddings=64,
        attention_window=8,
    )
    prophet = dict(
        {k: v for k, v in bart.items() if not k.endswith(("_layers", "_attention_heads"))},
        hidden_size=32,
        num_encoder_layers=2,
        num_decoder_layers=2,
        num_encoder_attention_heads=4,
        num_decoder_attention_heads=4,
    )
    gemma = dict(
        vocab_size=V,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
    )
    ends = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2)
    eye = dict(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        image_size=28,
        patch_size=14,
    )
    half, bf16, shards = (
        dict(dtype=torch.float16),
        dict(dtype=torch.bfloat16),
        dict(max_shard_size="40KB"),
    )
    other_head = tensors(lambda t: {**t, "lm_head.weight": torch.randn(V, 32)})
    z = {
        f: ("bart", f, bart, None, {})
        for f in [
            "MBart",
            "PLBart",
            "Pegasus",
            "PegasusX",
            "Marian",
            "M2M100",
            "BlenderbotSmall",
            "Blenderbot",
            "BigBirdPegasus",
        ]
    }
    z |= {
        "LED": ("bart", "LED", led, None, {}),
        "ProphetNet": ("bart", "ProphetNet", prophet, None, {}),
    }
    z |= {
        f: ("t5", f, v11 if f in ("MT5", "UMT5") else t5, None, {})
        for f in ["MT5", "UMT5", "LongT5", "SwitchTransformers"]
    }
    z["T5Gemma"] = (
        "t5",
        "T5Gemma",
        dict(ends, encoder={**gemma, **ends}, decoder={**gemma, **ends}, vocab_size=V),
        None,
        {},
    )
    z["T5Gemma2"] = (
        "t5",
        "T5Gemma2",
        dict(
            ends,
            encoder=dict(text_config={**gemma, **ends}, vision_config=eye),
            decoder={**gemma, **ends},
        ),
        None,
        {},
    )

    other_positions = tensors(
        lambda t: {**t, "model.encoder.embed_positions.weight": torch.randn(64, 32)}
    )
    z |= {
        f"{f}/other positions": ("bart", f, bart, other_positions, {})
        for f in ("Pegasus", "Marian")
    }

    for name, changed in {
        "base": {},
        "scale_embedding": dict(scale_embedding=True),
        "layers 3+1": dict(encoder_layers=3, decoder_layers=1),
        "ffn differs": dict(decoder_ffn_dim=96),
        "heads differ": dict(decoder_attention_heads=2),
        "untied": dict(tie_word_embeddings=False),
        "layerdrop": dict(encoder_layerdrop=0.2),
        "dropouts": dict(dropout=0.3, attention_dropout=0.2, activation_dropout=0.1),
        "padded vocab": dict(vocab_size=512),
        "start 0": dict(decoder_start_token_id=0),
        "no forced_eos": dict(forced_eos_token_id=None),
        "t5 tokenizer": {},
        **{
            a: dict(activation_function=a)
            for a in ("relu", "gelu_new", "silu", "gelu_fast", "quick_gelu", "tanh")
        },
    }.items():
        z[f"bart/{name}"] = (
            "t5" if name == "t5 tokenizer" else "bart",
            "Bart",
            {**bart, **changed},
            None,
            {},
        )
    for name, edit in {
        **{
            k: keys(**{k: True})
            for k in (
                "normalize_before",
                "add_final_layer_norm",
                "static_position_embeddings",
                "extra_pos_embeddings",
                "add_bias_logits",
            )
        },
        "normalize_embedding false": keys(normalize_embedding=False),
        "no start": keys(decoder_start_token_id=...),
        "eos list": keys(eos_token_id=[2, 3]),
        "forced_bos": keys("generation_config.json", forced_bos_token_id=0),
        "torch bin": torch_bin,
        "other lm_head": other_head,
        "generation of cnn": keys(
            "generation_config.json",
            num_beams=4,
            no_repeat_ngram_size=3,
            min_length=12,
            length_penalty=2.0,
            early_stopping=True,
        ),
        "bare names": tensors(
            lambda t: {k.removeprefix("model."): v for k, v in t.items() if "logits_bias" not in k}
        ),
        "logits bias": tensors(lambda t: {**t, "final_logits_bias": torch.randn(1, V)}),
        "no tokenizer.json": lambda f: (f / "tokenizer.json").unlink(),
        "other embed_tokens": tensors(
            lambda t: {**t, "model.decoder.embed_tokens.weight": torch.randn(V, 32)}
        ),
    }.items():
        z[f"bart/{name}"] = ("bart", "Bart", bart, edit, {})
    for name, save in {"float16": half, "bfloat16": bf16, "sharded": shards}.items():
        z |= {
            f"bart/{name}": ("bart", "Bart", bart, None, save),
            f"t5/{name}": ("t5", "T5", t5, None, save),
        }

    for name, changed in {
        "v1.0": {},
        "v1.1": v11,
        "gated tied": dict(feed_forward_proj="gated-gelu"),
        "relu untied": dict(tie_word_embeddings=False),
        "inner width 48": dict(d_kv=12),
        **{
            f"v1.1 {p}": {**v11, "feed_forward_proj": p}
            for p in ("gated-silu", "gated-relu", "gelu", "gelu_new", "silu")
        },
        "layers 3+1": dict(num_layers=3, num_decoder_layers=1),
        "buckets 8": dict(relative_attention_num_buckets=8),
        "buckets 7": dict(relative_attention_num_buckets=7),
        "distance 20": dict(relative_attention_max_distance=20),
        "epsilon": dict(layer_norm_epsilon=1e-3),
        "dropout": dict(dropout_rate=0.3),
        "padded vocab": dict(vocab_size=512),
        "start 1": dict(decoder_start_token_id=1),
        "no sentinels": {},
        "sentinels ascending": {},
    }.items():
        z[f"t5/{name}"] = (
            f"t5 {name}" if "sentinels" in name else "t5",
            "T5",
            {**t5, **changed},
            None,
            {},
        )
    for name, edit in {
        "config of 4.x": keys(scale_decoder_outputs=...),
        "dense_act_fn gelu_new": keys(dense_act_fn="gelu_new"),
        "is_gated_act only": keys(is_gated_act=True),
        "no num_decoder_layers": keys(num_decoder_layers=...),
        "no distance": keys(relative_attention_max_distance=...),
        "torch bin": torch_bin,
        "scale flag off": keys(scale_decoder_outputs=False),
        "no start": keys(decoder_start_token_id=...),
        "tie_encoder_decoder": keys(tie_encoder_decoder=True),
        "no is_encoder_decoder": keys(is_encoder_decoder=...),
        "other lm_head": other_head,
        "v1.1 config of 4.x": keys(scale_decoder_outputs=..., tie_word_embeddings=False),
        "v1.1 no scale flag": keys(scale_decoder_outputs=...),
        "v1.1 scale flag on": keys(scale_decoder_outputs=True),
        "v1.1 dense_act_fn gelu": keys(dense_act_fn="gelu"),
        "v1.1 no lm_head": tensors(lambda t: {k: v for k, v in t.items() if k != "lm_head.weight"}),
        "v1.1 tie flag on, own head": keys(tie_word_embeddings=True),
        "v1.1 tie flag off": keys(tie_word_embeddings=False),
    }.items():
        z[f"t5/{name}"] = ("t5", "T5", v11 if name.startswith("v1.1") else t5, edit, {})
    return z
