"""Small random models that transformers makes, as published and edited folders have them."""

import torch
import transformers as tf
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from variants import V


def bart_tokenizer(text):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer, t.decoder = (
        pre_tokenizers.ByteLevel(add_prefix_space=False),
        decoders.ByteLevel(),
    )
    t.train(
        [text],
        trainers.BpeTrainer(
            vocab_size=V - 1,
            show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        ),
    )
    t.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tf.PreTrainedTokenizerFast(
        tokenizer_object=t,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )


def t5_tokenizer(text, sentinels=100, ascending=False):
    t = Tokenizer(models.Unigram())
    t.pre_tokenizer, t.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    t.train(
        [text],
        trainers.UnigramTrainer(
            vocab_size=V - sentinels,
            show_progress=False,
            unk_token="<unk>",
            special_tokens=["<pad>", "</s>", "<unk>"],
        ),
    )
    names = [f"<extra_id_{k}>" for k in range(sentinels)]
    t.add_special_tokens(
        [AddedToken(n, special=True) for n in (names if ascending else names[::-1])]
    )
    t.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    return tf.PreTrainedTokenizerFast(
        tokenizer_object=t,
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        extra_special_tokens=names,
    )


def make(entry, folder, tokenizers):
    tokenizer, cls, config, edit, save = entry
    torch.manual_seed(7)
    model = tf.AutoModelForSeq2SeqLM.from_config(getattr(tf, f"{cls}Config")(**config))
    if config.get("tie_word_embeddings") is False and tokenizer.startswith(
        "t5"
    ):  # transformers 5 ties it at first, whatever is said
        model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().clone())
    with torch.no_grad():
        for name, p in model.named_parameters():
            if not p.requires_grad:
                continue  # Sinusoids.
            p.copy_(torch.randn_like(p) * 0.2 + ("norm" in name and name.endswith("weight")))
    save = dict(save)
    model.to(save.pop("dtype", torch.float32)).save_pretrained(folder, **save)
    tokenizers[tokenizer].save_pretrained(folder)
    if edit:
        edit(folder)
