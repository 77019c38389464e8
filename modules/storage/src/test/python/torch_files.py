#!/usr/bin/env python3
"""Makes the files of TorchReaderTest and TorchFolderTest with torch.save.

    torch_files.py modules/storage/src/test/resources/torch

views.bin holds tensors of every kind of view and number, views.json their values. bart and t5 are
folders of small random models, with their weights both as safetensors and as torch.save writes
them; t5 in fp16 and in two files. The tokenizer is that of modules/tasks/.../continued/bart. Needs
torch, transformers.
"""
import json
import shutil
import sys
from collections import OrderedDict
from pathlib import Path

import torch
import transformers as tf


def views(folder):
    torch.manual_seed(3)
    matrix = torch.randn(4, 3)
    tensors = OrderedDict(
        whole=matrix,
        shared=matrix,
        transposed=matrix.t(),
        rows=matrix[1:3],
        columns=matrix[:, 1:],
        every_second=torch.arange(10.0)[::2],
        permuted=torch.randn(2, 3, 4).permute(2, 0, 1),
        column_of_one=torch.randn(5, 1)[:, :1],
        parameter=torch.nn.Parameter(torch.randn(3)),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 4),
        half=torch.randn(5).half(),
        bfloat=torch.randn(5).bfloat16(),
        double=torch.randn(5).double(),
        half_transposed=torch.randn(2, 3).half().t(),
    )
    integers = OrderedDict(
        long=torch.arange(3), int=torch.arange(3).int(), short=torch.arange(3).short(),
        char=torch.arange(3).char(), byte=torch.arange(3).byte(), bool=torch.tensor([True, False]),
    )
    torch.save(OrderedDict(**tensors, **integers), folder / "views.bin")
    values = {
        name: {"shape": list(t.shape), "values": t.detach().double().flatten().tolist()}
        for name, t in tensors.items()
    }
    (folder / "views.json").write_text(json.dumps(values) + "\n")
    torch.save(tensors, folder / "old.bin", _use_new_zipfile_serialization=False)


def bart(folder, tokenizer):
    torch.manual_seed(7)
    config = tf.BartConfig(
        vocab_size=320, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, d_model=8,
        encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
        decoder_ffn_dim=16, max_position_embeddings=24, dropout=0.0,
    )
    model = tf.BartForConditionalGeneration(config)
    model.save_pretrained(folder)
    # With every copy of the embedding, as published files have them.
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, folder / name)


def t5(folder):
    torch.manual_seed(7)
    config = tf.T5Config(
        vocab_size=60, d_model=8, d_kv=4, d_ff=16, num_layers=1, num_decoder_layers=1, num_heads=2, pad_token_id=0,
        eos_token_id=1, decoder_start_token_id=0, dropout_rate=0.0,
    )
    model = tf.T5ForConditionalGeneration(config).half()
    model.save_pretrained(folder)
    state = list(model.state_dict().items())
    weight_map = {}
    for shard in (1, 2):
        part = OrderedDict(state[: len(state) // 2] if shard == 1 else state[len(state) // 2 :])
        name = f"pytorch_model-0000{shard}-of-00002.bin"
        torch.save(part, folder / name)
        weight_map |= {key: name for key in part}
    index = {"metadata": {"total_size": sum(t.nbytes for _, t in state)}, "weight_map": weight_map}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2) + "\n")


def main():
    folder = Path(sys.argv[1])
    for name in ("bart", "t5"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    views(folder)
    bart(folder / "bart", Path(__file__).parents[5] / "modules/tasks/src/test/resources/continued/bart")
    t5(folder / "t5")


main()
