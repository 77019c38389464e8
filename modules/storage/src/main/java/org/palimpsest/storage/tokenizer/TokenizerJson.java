package org.palimpsest.storage.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds a {@code tokenizer.json}. */
final class TokenizerJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SPACE = "▁";
  private static final String TYPE = "type";

  private final Entries entries;
  private final ObjectNode tree = JSON.createObjectNode();

  TokenizerJson(Entries entries) {
    this.entries = entries;
    tree.put("version", "1.0");
    tree.putNull("truncation");
    tree.putNull("padding");
    addedTokens();
    tree.putNull("normalizer");
    tree.putNull("pre_tokenizer");
    tree.putNull("post_processor");
    tree.putNull("decoder");
  }

  private void addedTokens() {
    ArrayNode added = tree.putArray("added_tokens");
    for (int id = 0; id < entries.size(); id++) {
      String text = entries.texts().get(id);
      if (entries.special().contains(text)) {
        added
            .addObject()
            .put("id", id)
            .put("content", text)
            .put("single_word", false)
            .put("lstrip", text.equals("<mask>"))
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
      }
    }
  }

  /** Cuts text as a SentencePiece model does, which marks the beginnings of words by ▁. */
  TokenizerJson sentencePiece(SentencePieceModel model, int unknown) {
    ArrayNode normalizers = JSON.createArrayNode();
    model
        .characters()
        .ifPresent(
            map ->
                normalizers
                    .addObject()
                    .put(TYPE, "Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(map)));
    ObjectNode spaces = normalizers.addObject().put(TYPE, "Replace").put("content", " ");
    spaces.putObject("pattern").put("Regex", " {2,}");
    tree.putObject("normalizer").put(TYPE, "Sequence").set("normalizers", normalizers);
    ObjectNode cuts = tree.putObject("pre_tokenizer").put(TYPE, "Sequence");
    ArrayNode both = cuts.putArray("pretokenizers");
    both.addObject().put(TYPE, "WhitespaceSplit");
    both.add(metaspace());
    tree.set("decoder", metaspace());
    if (model.algorithm() == SentencePieceModel.Algorithm.BPE) {
      bpe(merges(), Optional.of(entries.texts().get(unknown)));
    } else {
      unigram(unknown);
    }
    return this;
  }

  private static ObjectNode metaspace() {
    return JSON.createObjectNode()
        .put(TYPE, "Metaspace")
        .put("replacement", SPACE)
        .put("prepend_scheme", "always")
        .put("split", true);
  }

  private void unigram(int unknown) {
    ObjectNode model = tree.putObject("model").put(TYPE, "Unigram").put("unk_id", unknown);
    ArrayNode vocabulary = model.putArray("vocab");
    for (int id = 0; id < entries.size(); id++) {
      vocabulary.addArray().add(entries.texts().get(id)).add((double) entries.scores().get(id));
    }
    model.put("byte_fallback", false);
  }

  /** Cuts bytes as GPT-2 and BART do. */
  TokenizerJson byteLevel(List<String> merges, boolean addsSpace) {
    tree.set("pre_tokenizer", byteLevel(addsSpace));
    tree.set("decoder", byteLevel(addsSpace));
    bpe(merges, Optional.empty());
    return this;
  }

  /** Cuts words in lower case, each without the marks of punctuation before and within it. */
  TokenizerJson lowerCaseWords(List<String> merges) {
    ObjectNode normalizer = tree.putObject("normalizer").put(TYPE, "Sequence");
    ArrayNode normalizers = normalizer.putArray("normalizers");
    ObjectNode lines = normalizers.addObject().put(TYPE, "Replace").put("content", " __newln__");
    lines.putObject("pattern").put("Regex", "(?<=[^\\s'])\\n");
    normalizers.addObject().put(TYPE, "Lowercase");
    ArrayNode cuts =
        tree.putObject("pre_tokenizer").put(TYPE, "Sequence").putArray("pretokenizers");
    cuts.addObject().put(TYPE, "WhitespaceSplit");
    split(cuts, "[.,!?()]", "MergedWithNext");
    split(cuts, "'", "Isolated");
    tree.putObject("decoder").put(TYPE, "BPEDecoder").put("suffix", WordPieces.END);
    bpe(merges, Optional.of(WordPieces.UNKNOWN));
    ((ObjectNode) tree.get("model"))
        .put("fuse_unk", false)
        .put("end_of_word_suffix", WordPieces.END);
    return this;
  }

  private static void split(ArrayNode cuts, String pattern, String behavior) {
    ObjectNode split = cuts.addObject().put(TYPE, "Split").put("behavior", behavior);
    split.put("invert", false).putObject("pattern").put("Regex", pattern);
  }

  private static ObjectNode byteLevel(boolean addsSpace) {
    return JSON.createObjectNode()
        .put(TYPE, "ByteLevel")
        .put("add_prefix_space", addsSpace)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private void bpe(List<String> merges, Optional<String> unknown) {
    ObjectNode model = tree.putObject("model").put(TYPE, "BPE").putNull("dropout");
    model.put("unk_token", unknown.orElse(null));
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", unknown.isPresent()).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < entries.size(); id++) {
      vocabulary.put(entries.texts().get(id), id);
    }
    ArrayNode all = model.putArray("merges");
    merges.forEach(all::add);
  }

  private record Merge(String left, String right, float score) {}

  /** The merges that lead to each piece, best piece first. */
  private List<String> merges() {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < entries.size(); id++) {
      ids.put(entries.texts().get(id), id);
    }
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < entries.size(); id++) {
      String piece = entries.texts().get(id);
      if (!entries.special().contains(piece)) {
        merges.addAll(merges(piece, entries.scores().get(id), ids));
      }
    }
    merges.sort(Comparator.comparingDouble((Merge merge) -> -merge.score));
    return merges.stream().map(merge -> merge.left + " " + merge.right).toList();
  }

  private static List<Merge> merges(String piece, float score, Map<String, Integer> ids) {
    List<Merge> merges = new ArrayList<>();
    for (int at = 1; at < piece.length(); at++) {
      String left = piece.substring(0, at);
      String right = piece.substring(at);
      if (ids.containsKey(left) && ids.containsKey(right)) {
        merges.add(new Merge(left, right, score));
      }
    }
    merges.sort(
        Comparator.comparingInt((Merge merge) -> ids.get(merge.left))
            .thenComparingInt(merge -> ids.get(merge.right)));
    return merges;
  }

  /** Puts special tokens around each text. */
  TokenizerJson around(List<String> before, List<String> after) {
    ObjectNode processor = tree.putObject("post_processor").put(TYPE, "TemplateProcessing");
    template(processor.putArray("single"), before, List.of("A"), after);
    template(processor.putArray("pair"), before, List.of("A", "B"), after);
    ObjectNode specials = processor.putObject("special_tokens");
    List<String> all = new ArrayList<>(before);
    all.addAll(after);
    for (String token : all) {
      ObjectNode special = specials.putObject(token).put("id", token);
      special.putArray("ids").add(entries.texts().indexOf(token));
      special.putArray("tokens").add(token);
    }
    return this;
  }

  private static void template(
      ArrayNode template, List<String> before, List<String> texts, List<String> after) {
    before.forEach(token -> part(template, "SpecialToken", token));
    texts.forEach(text -> part(template, "Sequence", text));
    after.forEach(token -> part(template, "SpecialToken", token));
  }

  private static void part(ArrayNode template, String kind, String id) {
    template.addObject().putObject(kind).put("id", id).put("type_id", 0);
  }

  byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
