"""Writes golden logits, losses and gradients of small encoder-decoders, computed by PyTorch.

A formulation of its own: batched, padded, differentiated by autograd, in float64, and nothing shared
with the Java engine but the names of the tensors. Parameters and examples are made by a formula that
the Java test repeats, so that only results are stored.

    python3 goldens.py ../resources/org/palimpsest/torch/goldens
"""
import json
import math
import os
import platform
import sys
import zlib

import torch

D = torch.float64
PAD, EOS, START = 1, 2, 2
VOCABULARY = 23
SOURCES = [[5, 9, 17, 4, 2], [11, 3, 2], [20, 6, 6, 13, 8, 21, 2]]
TARGETS = [[7, 15, 2], [4, 12, 19, 10, 22, 2], [18, 2]]
# The first row's decoder begins in the middle, as MASS has it.
SHIFTED = [3, 0, 0]

BART = dict(norm="layer", norm_at="post", positions="learned", activation="gelu", gated=False,
            biases=True, tied=True, scaled_attention=True, embedding_norm=True, embedding_scale=1.0,
            final_norm=False, head_scale=1.0, epsilon=1e-5)
T5 = dict(norm="rms", norm_at="pre", positions="relative", activation="relu", gated=False,
          biases=False, tied=True, scaled_attention=False, embedding_norm=False, embedding_scale=1.0,
          final_norm=True, head_scale=8 ** -0.5, epsilon=1e-6)
T5_11 = dict(T5, activation="gelu_tanh", gated=True, tied=False, head_scale=1.0)
CLASSIC = dict(norm="layer", norm_at="pre", positions="sinusoidal", activation="relu", gated=False,
               biases=True, tied=True, scaled_attention=True, embedding_norm=False,
               embedding_scale=math.sqrt(8), final_norm=True, head_scale=1.0, epsilon=1e-5)
SHAPES = {"bart": BART, "t5": T5, "t5-v1.1": T5_11, "classic": CLASSIC}

WIDTH, HEADS, FEED_FORWARD, LAYERS, POSITIONS = 8, 2, 12, 2, 16
BUCKETS, FAR = 8, 12


def numbers(name, shape, amplitude, centre):
    """Numbers in centre +- amplitude, from a hash of the name's CRC-32 and the place."""
    start = zlib.crc32(name.encode())

    def number(i):
        x = (start + 2654435761 * i) % 2 ** 32
        x = (x ^ x >> 16) * 0x45D9F3B % 2 ** 32
        x ^= x >> 16
        return (x / 2 ** 32 - 0.5) * 2 * amplitude + centre
    return torch.tensor([number(i) for i in range(math.prod(shape))], dtype=D).reshape(shape)


class Model:
    def __init__(self, shape):
        self.a = shape
        self.head_width = 3 if shape["positions"] == "relative" else 4
        self.inner = HEADS * self.head_width
        self.leaves = {}

    def leaf(self, name, *shape):
        if name not in self.leaves:
            gain = name.endswith("norm.weight") or name.endswith("embedding.weight") and len(shape) == 1
            value = numbers(name, shape, 0.2 if gain else 0.6, 1.0 if gain else 0.0)
            self.leaves[name] = value.requires_grad_(True)
        return self.leaves[name]

    def linear(self, name, x, outputs):
        y = x @ self.leaf(name + ".weight", outputs, x.shape[-1]).T
        return y + self.leaf(name + ".bias", outputs) if self.a["biases"] else y

    def norm(self, name, x):
        gain = self.leaf(name + ".weight", WIDTH)
        if self.a["norm"] == "rms":
            return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.a["epsilon"]) * gain
        mean = x.mean(-1, keepdim=True)
        variance = ((x - mean) ** 2).mean(-1, keepdim=True)
        return (x - mean) / torch.sqrt(variance + self.a["epsilon"]) * gain + self.leaf(name + ".bias", WIDTH)

    def residual(self, norm, x, branch):
        if self.a["norm_at"] == "post":
            return self.norm(norm, x + branch(x))
        return x + branch(self.norm(norm, x))

    def embed(self, stack, ids, positions):
        x = self.leaf("model.shared.weight", VOCABULARY, WIDTH)[ids] * self.a["embedding_scale"]
        if self.a["positions"] == "learned":
            # Rows 0 and 1 are unused, as in BART's published weights.
            x = x + self.leaf(stack + ".embed_positions.weight", POSITIONS + 2, WIDTH)[positions + 2]
        if self.a["positions"] == "sinusoidal":
            x = x + sinusoids(positions)
        if self.a["embedding_norm"]:
            x = self.norm(stack + ".layernorm_embedding", x)
        return x

    def attend(self, name, x, memory, mask, bias):
        def heads(y):
            return y.reshape(y.shape[0], y.shape[1], HEADS, self.head_width).transpose(1, 2)
        q = heads(self.linear(name + ".q_proj", x, self.inner))
        k = heads(self.linear(name + ".k_proj", memory, self.inner))
        v = heads(self.linear(name + ".v_proj", memory, self.inner))
        scores = q @ k.transpose(2, 3)
        if self.a["scaled_attention"]:
            scores = scores / math.sqrt(self.head_width)
        scores = scores + bias + mask
        mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2)
        return self.linear(name + ".out_proj", mixed.reshape(*x.shape[:2], self.inner), WIDTH)

    def feed_forward(self, layer, x):
        hidden = self.linear(layer + ".fc1", x, FEED_FORWARD)
        if self.a["gated"]:
            hidden = hidden * act(self.a, self.linear(layer + ".fc1_gate", x, FEED_FORWARD))
        else:
            hidden = act(self.a, hidden)
        return self.linear(layer + ".fc2", hidden, WIDTH)

    def bias(self, stack, positions, both_ways):
        if self.a["positions"] != "relative":
            return torch.zeros(1, 1, 1, 1, dtype=D)
        table = self.leaf(stack + ".relative_attention_bias.weight", BUCKETS, HEADS)
        rows, length = positions.shape
        ids = torch.tensor([[[bucket(int(positions[r, k] - positions[r, q]), both_ways)
                              for k in range(length)] for q in range(length)] for r in range(rows)])
        return table[ids].permute(0, 3, 1, 2)

    def logits(self, source, source_mask, decoder_input, decoder_positions):
        places = torch.arange(source.shape[1]).expand_as(source)
        x = self.embed("model.encoder", source, places)
        bias = self.bias("model.encoder", places, True)
        for i in range(LAYERS):
            layer = f"model.encoder.layers.{i}"
            x = self.residual(layer + ".self_attn_layer_norm", x,
                              lambda h: self.attend(layer + ".self_attn", h, h, source_mask, bias))
            x = self.residual(layer + ".final_layer_norm", x, lambda h: self.feed_forward(layer, h))
        if self.a["final_norm"]:
            x = self.norm("model.encoder.layer_norm", x)
        length = decoder_input.shape[1]
        causal = torch.full((length, length), -math.inf, dtype=D).triu(1)
        y = self.embed("model.decoder", decoder_input, decoder_positions)
        bias = self.bias("model.decoder", decoder_positions, False)
        for i in range(LAYERS):
            layer = f"model.decoder.layers.{i}"
            y = self.residual(layer + ".self_attn_layer_norm", y,
                              lambda h: self.attend(layer + ".self_attn", h, h, causal, bias))
            y = self.residual(layer + ".encoder_attn_layer_norm", y,
                              lambda h: self.attend(layer + ".encoder_attn", h, x, source_mask, 0.0))
            y = self.residual(layer + ".final_layer_norm", y, lambda h: self.feed_forward(layer, h))
        if self.a["final_norm"]:
            y = self.norm("model.decoder.layer_norm", y)
        head = self.leaf("model.shared.weight" if self.a["tied"] else "lm_head.weight", VOCABULARY, WIDTH)
        return (y * self.a["head_scale"]) @ head.T


def act(a, x):
    if a["activation"] == "relu":
        return torch.relu(x)
    if a["activation"] == "gelu":
        return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def sinusoids(positions):
    """Sines in the first half of the columns, cosines in the second, as MASS and fairseq lay them out."""
    half = WIDTH // 2
    rate = torch.exp(torch.arange(half, dtype=D) * -(math.log(10000) / (half - 1)))
    angle = positions[..., None].to(D) * rate
    return torch.cat([torch.sin(angle), torch.cos(angle)], -1)


def bucket(distance, both_ways):
    """T5's bucket of a key that lies so far behind its query (Raffel et al. 2020)."""
    count, offset = BUCKETS, 0
    if both_ways:
        count //= 2
        offset = count if distance > 0 else 0
        distance = abs(distance)
    else:
        distance = max(-distance, 0)
    exact = count // 2
    if distance < exact:
        return offset + distance
    far = exact + int(math.log(distance / exact) / math.log(FAR / exact) * (count - exact))
    return offset + min(far, count - 1)


def padded(rows, value):
    length = max(map(len, rows))
    return torch.tensor([row + [value] * (length - len(row)) for row in rows])


def losses(logits, target, counted, smoothing, z):
    logs = torch.log_softmax(logits, -1)
    loss = -(1 - smoothing) * logs.gather(-1, target[..., None])[..., 0] - smoothing * logs.mean(-1)
    loss = loss + z * torch.logsumexp(logits, -1) ** 2
    return (loss * counted).sum()


def golden(name, shape):
    source = padded(SOURCES, PAD)
    mask = torch.zeros(source.shape, dtype=D)
    for row, text in enumerate(SOURCES):
        mask[row, len(text):] = -math.inf
    target = padded(TARGETS, PAD)
    decoder_input = padded([[START] + text[:-1] for text in TARGETS], PAD)
    positions = torch.tensor(SHIFTED)[:, None] + torch.arange(target.shape[1])
    counted = torch.zeros(target.shape, dtype=D)
    for row, text in enumerate(TARGETS):
        counted[row, :len(text)] = 1
    variants = {}
    for variant, (smoothing, z) in {"plain": (0, 0), "smoothed": (0.1, 0), "z": (0, 1e-2)}.items():
        model = Model(shape)
        logits = model.logits(source, mask[:, None, None, :], decoder_input, positions)
        loss = losses(logits, target, counted, smoothing, z)
        loss.backward()
        variants[variant] = {"loss": loss.item()}
        if variant == "plain":
            variants[variant]["logits"] = [logits[r, t].tolist()
                                           for r, text in enumerate(TARGETS) for t in range(len(text))]
            variants[variant]["gradients"] = {n: leaf.grad.flatten().tolist()
                                              for n, leaf in sorted(model.leaves.items())}
        else:
            variants[variant]["gradient-norms"] = {n: leaf.grad.norm().item()
                                                   for n, leaf in sorted(model.leaves.items())}
    return {"shape": name, "torch": torch.__version__, "python": platform.python_version(), **variants}


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for name, shape in SHAPES.items():
        with open(os.path.join(folder, name + ".json"), "w") as out:
            json.dump(golden(name, shape), out, indent=None, separators=(",", ":"))
            out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
