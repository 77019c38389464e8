"""Training steps of bart-base and t5-small in PyTorch: eager, scaled_dot_product_attention, torch.compile.

The models have the shapes of the check's settings, learned positions or relative bias, a tied head, and
bf16 autocast over fp32 parameters. Writes one JSON object, also when a way of computing fails.
"""

import argparse
import json
import math
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

SETTINGS = {
    "full": [
        dict(setting="bart-base", kind="bart", vocabulary=50265, width=768, inner=3072, heads=12, layers=6,
             rows=32, source=512, target=512),
        dict(setting="t5-small", kind="t5", vocabulary=32100, width=512, inner=2048, heads=8, layers=6,
             rows=64, source=512, target=114),
    ],
    "small": [
        dict(setting="small", kind="bart", vocabulary=1000, width=128, inner=512, heads=4, layers=2,
             rows=4, source=32, target=32),
        dict(setting="t5-mini", kind="t5", vocabulary=1000, width=128, inner=256, heads=4, layers=2,
             rows=4, source=32, target=16),
    ],
}


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class RelativeBias(nn.Module):
    """T5's buckets of distances, one table of biases per head."""

    def __init__(self, heads, two_sided):
        super().__init__()
        self.table = nn.Embedding(32, heads)
        self.two_sided = two_sided

    def forward(self, queries, keys, device):
        distance = torch.arange(keys, device=device)[None] - torch.arange(queries, device=device)[:, None]
        count, bucket = 32, torch.zeros_like(distance)
        if self.two_sided:
            count = 16
            bucket = (distance > 0).long() * count
            distance = distance.abs()
        else:
            distance = (-distance).clamp(min=0)
        exact = count // 2
        far = exact + (torch.log(distance.clamp(min=1) / exact) / math.log(128 / exact) * (count - exact)).long()
        bucket = bucket + torch.where(distance < exact, distance, far.clamp(max=count - 1))
        return self.table(bucket).permute(2, 0, 1)[None]


class Attention(nn.Module):
    def __init__(self, s, fused, dropout):
        super().__init__()
        self.heads, self.fused, self.dropout = s["heads"], fused, dropout
        self.t5 = s["kind"] == "t5"
        biased = not self.t5
        self.q = nn.Linear(s["width"], s["width"], biased)
        self.kv = nn.Linear(s["width"], 2 * s["width"], biased)
        self.o = nn.Linear(s["width"], s["width"], biased)

    def forward(self, x, memory, bias, causal):
        def split(t):
            return t.view(t.size(0), t.size(1), self.heads, -1).transpose(1, 2)

        q = split(self.q(x))
        k, v = (split(t) for t in self.kv(memory).chunk(2, -1))
        scale = 1.0 if self.t5 else 1 / math.sqrt(q.size(-1))
        p = self.dropout if self.t5 else 0.0  # BART drops no attention weights
        if self.fused:
            mask = None if bias is None else bias.to(q.dtype)
            if mask is not None and causal:
                mask = mask + torch.full_like(mask, float("-inf")).triu(1)
            mix = F.scaled_dot_product_attention(q, k, v, mask, p, causal and mask is None, scale=scale)
        else:
            scores = q @ k.transpose(-1, -2) * scale
            if bias is not None:
                scores = scores + bias
            if causal:
                scores = scores + torch.full_like(scores[0, 0], float("-inf")).triu(1)
            mix = F.dropout(scores.float().softmax(-1), p).to(v.dtype) @ v
        return self.o(mix.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, s, fused, dropout, crosses):
        super().__init__()
        self.t5, self.dropout = s["kind"] == "t5", dropout
        self.attentions = nn.ModuleList(Attention(s, fused, dropout) for _ in range(2 if crosses else 1))
        self.first = nn.Linear(s["width"], s["inner"], not self.t5)
        self.second = nn.Linear(s["inner"], s["width"], not self.t5)
        norm = RmsNorm if self.t5 else nn.LayerNorm
        self.norms = nn.ModuleList(norm(s["width"]) for _ in range(3 if crosses else 2))

    def around(self, norm, x, branch):
        if self.t5:
            return x + F.dropout(branch(norm(x)), self.dropout)
        return norm(x + F.dropout(branch(x), self.dropout))

    def feed(self, x):
        hidden = self.first(x)
        hidden = F.dropout(F.relu(hidden), self.dropout) if self.t5 else F.gelu(hidden)
        return self.second(hidden)

    def forward(self, x, bias, memory=None):
        x = self.around(self.norms[0], x, lambda y: self.attentions[0](y, y, bias, memory is not None))
        if memory is not None:
            x = self.around(self.norms[1], x, lambda y: self.attentions[1](y, memory, None, False))
        return self.around(self.norms[-1], x, self.feed)


class Model(nn.Module):
    def __init__(self, s, fused, dropout):
        super().__init__()
        self.t5, self.dropout = s["kind"] == "t5", dropout
        self.tokens = nn.Embedding(s["vocabulary"], s["width"])
        nn.init.normal_(self.tokens.weight, std=0.02)
        longest = max(s["source"], s["target"])
        self.places = None if self.t5 else nn.ModuleList(nn.Embedding(longest, s["width"]) for _ in range(2))
        self.biases = nn.ModuleList(RelativeBias(s["heads"], two) for two in (True, False)) if self.t5 else None
        self.encoder = nn.ModuleList(Layer(s, fused, dropout, False) for _ in range(s["layers"]))
        self.decoder = nn.ModuleList(Layer(s, fused, dropout, True) for _ in range(s["layers"]))
        norm = RmsNorm if self.t5 else nn.LayerNorm
        self.norms = nn.ModuleList(norm(s["width"]) for _ in range(2))

    def embed(self, ids, side):
        x = self.tokens(ids)
        if self.t5:
            return F.dropout(x, self.dropout), self.biases[side](ids.size(1), ids.size(1), ids.device)
        x = x + self.places[side](torch.arange(ids.size(1), device=ids.device))
        return F.dropout(self.norms[side](x), self.dropout), None

    def forward(self, source, target, labels):
        memory, bias = self.embed(source, 0)
        for layer in self.encoder:
            memory = layer(memory, bias)
        memory = F.dropout(self.norms[0](memory), self.dropout) if self.t5 else memory
        x, bias = self.embed(target, 1)
        for layer in self.decoder:
            x = layer(x, bias, memory)
        x = F.dropout(self.norms[1](x), self.dropout) * x.size(-1) ** -0.5 if self.t5 else x
        return F.cross_entropy(F.linear(x, self.tokens.weight).float().flatten(0, 1), labels.flatten())


def stepper(s, device, way, dropout):
    """A function that makes a step, and one that waits for the device."""
    torch.manual_seed(1)
    model = Model(s, way != "eager", dropout).to(device)
    call = torch.compile(model) if way == "compile" else model
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4, weight_decay=0.01, fused=True)
    draw = lambda length: torch.randint(5, s["vocabulary"], (s["rows"], length), device=device)
    source, target, labels = draw(s["source"]), draw(s["target"]), draw(s["target"])

    def step():
        optimizer.zero_grad()
        with torch.autocast(device.type, torch.bfloat16):
            loss = call(source, target, labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss

    return step


def wait(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def speed(s, device, way, dropout, seconds):
    row = dict(setting=s["setting"], dropout=dropout, way=way)
    try:
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        step = stepper(s, device, way, dropout)
        for _ in range(3):
            step()
        wait(device)
        times, begin = [], time.perf_counter()
        while len(times) < 20 and (len(times) < 3 or time.perf_counter() - begin < seconds):
            before = time.perf_counter()
            step()
            wait(device)
            times.append(time.perf_counter() - before)
        median = sorted(times)[len(times) // 2]
        tokens = s["rows"] * (s["source"] + s["target"])
        memory = torch.cuda.max_memory_reserved(device) if device.type == "cuda" else 0
        row.update(steps=len(times), stepsPerSecond=1 / median, tokensPerSecond=tokens / median, memoryBytes=memory)
    except Exception as e:  # a way that this PyTorch does not have is a result, too
        row["failed"] = str(e).splitlines()[0][:200] if str(e) else type(e).__name__
    return row


def kernels(s, device):
    """The ten kernels (on a CPU, operations) that take most of a step."""
    from torch.profiler import ProfilerActivity, profile

    step = stepper(s, device, "sdpa", 0.1)
    step()
    cuda = device.type == "cuda"
    with profile(activities=[ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * cuda) as run:
        step()
        wait(device)
    time_of = (lambda e: e.self_device_time_total) if cuda else (lambda e: e.self_cpu_time_total)
    events = sorted(run.key_averages(), key=time_of, reverse=True)[:10]
    return [dict(setting=s["setting"], name=e.key[:80], calls=e.count, milliseconds=time_of(e) / 1e3) for e in events]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", required=True)
    parser.add_argument("--size", choices=list(SETTINGS), required=True)
    parser.add_argument("--json", required=True)
    parser.add_argument("--ways", default="eager,sdpa,compile")
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    device = torch.device(options.device)
    result = dict(version=torch.__version__, speed=[], kernels=[])

    def write():
        with open(options.json, "w") as file:
            json.dump(result, file, indent=2)

    for s in SETTINGS[options.size]:
        for way in options.ways.split(","):
            for dropout in (0.0, 0.1):
                result["speed"].append(speed(s, device, way, dropout, options.seconds))
                write()
        try:
            result["kernels"] += kernels(s, device)
        except Exception as e:
            result["kernels"].append(dict(setting=s["setting"], failed=str(e)[:200]))
        write()


if __name__ == "__main__":
    main()
