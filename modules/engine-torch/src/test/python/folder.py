"""Reads an exported model folder without anything of ours and computes its log-probabilities.

Knows nothing but the published formats: config.json, the safetensors container (eight bytes of length,
a JSON header, little-endian data) and the tensor names of BartForConditionalGeneration and
T5ForConditionalGeneration. A BART is computed by PyTorch's own nn.TransformerEncoderLayer and
nn.TransformerDecoderLayer; T5, for which PyTorch has no layer, by the formulas of Raffel et al. 2020.
Everything in fp32, with Debian's python3-torch 1.13 or later.

    python3 folder.py MODEL-FOLDER SOURCE-IDS DECODER-IDS SCORES

SCORES is what org.palimpsest.bench.engine.FolderScores has written for the same ids. Exits with 1 if a
log-probability differs by more than 1e-4 of the largest.
"""
import json
import math
import os
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

TYPES = {"F32": numpy.float32, "F64": numpy.float64, "F16": numpy.float16}


def tensors(folder):
    names = ["model.safetensors"]
    index = os.path.join(folder, "model.safetensors.index.json")
    if os.path.exists(index):
        with open(index) as file:
            names = sorted(set(json.load(file)["weight_map"].values()))
    found = {}
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
            data = file.read()
        for key, entry in header.items():
            if key != "__metadata__":
                begin, end = entry["data_offsets"]
                flat = numpy.frombuffer(data[begin:end], TYPES[entry["dtype"]])
                found[key] = torch.tensor(flat.reshape(entry["shape"]), dtype=torch.float32)
    return found


class Bart:
    def __init__(self, config, weights):
        self.config, self.weights = config, weights

    def take(self, name):
        return self.weights["model." + name]

    def attention(self, layer, name):
        parts = [self.take(f"{name}.{p}_proj.{kind}") for kind in ("weight", "bias") for p in "qkv"]
        layer.in_proj_weight.copy_(torch.cat(parts[:3]))
        layer.in_proj_bias.copy_(torch.cat(parts[3:]))
        self.linear(layer.out_proj, name + ".out_proj")

    def linear(self, layer, name):
        layer.weight.copy_(self.take(name + ".weight"))
        layer.bias.copy_(self.take(name + ".bias"))

    def layer(self, stack, number, kind):
        c = self.config
        layer = kind(c["d_model"], c[stack + "_attention_heads"], c[stack + "_ffn_dim"], dropout=0.0,
                     activation=c["activation_function"], layer_norm_eps=1e-5, batch_first=True)
        name = f"{stack}.layers.{number}."
        self.attention(layer.self_attn, name + "self_attn")
        self.linear(layer.norm1, name + "self_attn_layer_norm")
        if stack == "decoder":
            self.attention(layer.multihead_attn, name + "encoder_attn")
            self.linear(layer.norm2, name + "encoder_attn_layer_norm")
        self.linear(layer.linear1, name + "fc1")
        self.linear(layer.linear2, name + "fc2")
        self.linear(layer.norm3 if stack == "decoder" else layer.norm2, name + "final_layer_norm")
        return layer.eval()

    def embed(self, stack, ids):
        c = self.config
        scale = math.sqrt(c["d_model"]) if c["scale_embedding"] else 1.0
        x = self.take("shared.weight")[ids] * scale
        x = x + self.take(stack + ".embed_positions.weight")[2:2 + ids.shape[1]]
        return functional.layer_norm(x, (c["d_model"],), self.take(stack + ".layernorm_embedding.weight"),
                                     self.take(stack + ".layernorm_embedding.bias"), 1e-5)

    def logits(self, source, decoder_input):
        x = self.embed("encoder", source)
        for i in range(self.config["encoder_layers"]):
            x = self.layer("encoder", i, nn.TransformerEncoderLayer)(x)
        y = self.embed("decoder", decoder_input)
        causal = torch.full((y.shape[1], y.shape[1]), -math.inf).triu(1)
        for i in range(self.config["decoder_layers"]):
            y = self.layer("decoder", i, nn.TransformerDecoderLayer)(y, x, tgt_mask=causal)
        return y @ self.take("shared.weight").T + self.weights["final_logits_bias"]


class T5:
    def __init__(self, config, weights):
        self.config, self.weights = config, weights

    def norm(self, name, x):
        variance = x.pow(2).mean(-1, keepdim=True)
        return x * torch.rsqrt(variance + self.config["layer_norm_epsilon"]) * self.weights[name + ".weight"]

    def attend(self, name, x, memory, bias):
        def heads(part, rows):
            y = rows @ self.weights[f"{name}.{part}.weight"].T
            return y.reshape(1, -1, self.config["num_heads"], self.config["d_kv"]).transpose(1, 2)
        scores = heads("q", x) @ heads("k", memory).transpose(2, 3) + bias
        mixed = (scores.softmax(-1) @ heads("v", memory)).transpose(1, 2).reshape(1, x.shape[1], -1)
        return mixed @ self.weights[name + ".o.weight"].T

    def feed_forward(self, name, x):
        def wi(part):
            return x @ self.weights[f"{name}.{part}.weight"].T
        if self.config["feed_forward_proj"] == "gated-gelu":
            h = wi("wi_0")
            h = 0.5 * h * (1 + torch.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h ** 3))) * wi("wi_1")
        else:
            h = torch.relu(wi("wi"))
        return h @ self.weights[name + ".wo.weight"].T

    def bias(self, stack, length, both_ways):
        table = self.weights[stack + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
        far = torch.arange(length)[None, :] - torch.arange(length)[:, None]
        count = self.config["relative_attention_num_buckets"]
        offset = torch.zeros_like(far)
        if both_ways:
            count //= 2
            offset = (far > 0).long() * count
            far = far.abs()
        else:
            far = (-far).clamp(min=0)
        exact = count // 2
        reach = self.config["relative_attention_max_distance"]
        large = exact + (torch.log(far.float().clamp(min=1) / exact) / math.log(reach / exact)
                         * (count - exact)).long()
        buckets = offset + torch.where(far < exact, far, large.clamp(max=count - 1))
        return table[buckets].permute(2, 0, 1)[None]

    def stack(self, stack, ids, memory):
        x = self.weights["shared.weight"][ids]
        decodes = stack == "decoder"
        bias = self.bias(stack, ids.shape[1], not decodes)
        if decodes:
            bias = bias + torch.full((ids.shape[1], ids.shape[1]), -math.inf).triu(1)
        layers = self.config["num_decoder_layers" if decodes else "num_layers"]
        for i in range(layers):
            name = f"{stack}.block.{i}.layer."
            h = self.norm(name + "0.layer_norm", x)
            x = x + self.attend(name + "0.SelfAttention", h, h, bias)
            if decodes:
                x = x + self.attend(name + "1.EncDecAttention", self.norm(name + "1.layer_norm", x), memory, 0.0)
            last = name + ("2" if decodes else "1")
            x = x + self.feed_forward(last + ".DenseReluDense", self.norm(last + ".layer_norm", x))
        return self.norm(stack + ".final_layer_norm", x)

    def logits(self, source, decoder_input):
        y = self.stack("decoder", decoder_input, self.stack("encoder", source, None))
        if self.config["tie_word_embeddings"]:
            return y * self.config["d_model"] ** -0.5 @ self.weights["shared.weight"].T
        return y @ self.weights["lm_head.weight"].T


def main(folder, source, decoder_input, scores):
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    model = {"bart": Bart, "t5": T5}[config["model_type"]](config, tensors(folder))
    source, decoder_input = ([[int(i) for i in ids.split(",")]] for ids in (source, decoder_input))
    with torch.no_grad():
        logits = model.logits(torch.tensor(source), torch.tensor(decoder_input))[0]
        theirs = torch.log_softmax(logits, -1)
    ours = torch.tensor(numpy.fromfile(scores, "<f4").reshape(theirs.shape))
    distance = ((ours - theirs).abs().max() / theirs.abs().max()).item()
    print(f"{config['architectures'][0]}, torch {torch.__version__}: {theirs.numel()} log-probabilities of "
          f"{theirs.shape[0]} positions, largest {theirs.abs().max().item():.3f}, differ by {distance:.1e}")
    return 0 if distance < 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
