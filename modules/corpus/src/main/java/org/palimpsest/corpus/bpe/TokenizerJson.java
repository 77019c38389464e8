package org.palimpsest.corpus.bpe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a trained encoding as Hugging Face's {@code tokenizer.json}. The ids: {@code <s>} 0,
 * {@code <pad>} 1, {@code </s>} 2, {@code <unk>} 3, {@code <mask>} 4, the 256 bytes, the merges in
 * the order they were learned, additional special tokens, and at the end the sentinels in
 * descending order, {@code <extra_id_0>} last, as in T5.
 */
public final class TokenizerJson {
  private static final String[] SPECIALS = {"<s>", "<pad>", "</s>", "<unk>", "<mask>"};

  /** Id of byte 0. */
  static final int FIRST_BYTE = SPECIALS.length;

  /** Id of the first merge. */
  public static final int FIRST_MERGE = FIRST_BYTE + 256;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerJson() {}

  /**
   * Returns the content of the file.
   *
   * @param merges pairs of ids, in the order they were learned; merge i has id {@link #FIRST_MERGE}
   *     + i
   * @param further additional special tokens, such as mode tokens
   */
  public static byte[] write(List<long[]> merges, List<String> further, int sentinels) {
    return write(merges, further, sentinels, "");
  }

  /**
   * As {@link #write(List, List, int)}, for texts in a normal form of Unicode, to which other texts
   * are brought wherever the tokenizer is used.
   *
   * @param normalForm {@code NFC}, {@code NFKC}, or empty for none
   */
  public static byte[] write(
      List<long[]> merges, List<String> further, int sentinels, String normalForm) {
    List<String> tokens = tokens(merges, further, sentinels);
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    addedTokens(root.putArray("added_tokens"), tokens, further.size() + sentinels);
    if (normalForm.isEmpty()) {
      root.putNull("normalizer");
    } else {
      root.putObject("normalizer").put("type", normalForm);
    }
    byteLevel(root.putObject("pre_tokenizer")).put("use_regex", true);
    postProcessor(root.putObject("post_processor"));
    byteLevel(root.putObject("decoder")).put("use_regex", true);
    model(root.putObject("model"), tokens, merges);
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> tokens(List<long[]> merges, List<String> further, int sentinels) {
    List<String> tokens = new ArrayList<>(List.of(SPECIALS));
    for (int value = 0; value < 256; value++) {
      tokens.add(String.valueOf(ByteAlphabet.of(value)));
    }
    for (long[] merge : merges) {
      tokens.add(tokens.get((int) merge[0]) + tokens.get((int) merge[1]));
    }
    tokens.addAll(further);
    for (int k = sentinels - 1; k >= 0; k--) {
      tokens.add("<extra_id_" + k + ">");
    }
    return tokens;
  }

  private static void addedTokens(ArrayNode added, List<String> tokens, int atTheEnd) {
    for (int id = 0; id < SPECIALS.length; id++) {
      addedToken(added, id, tokens.get(id));
    }
    for (int id = tokens.size() - atTheEnd; id < tokens.size(); id++) {
      addedToken(added, id, tokens.get(id));
    }
  }

  /** Appends a special token to the part {@code added_tokens} of a {@code tokenizer.json}. */
  public static void addedToken(ArrayNode added, int id, String token) {
    // A mask or sentinel replaces words and the space before them, as in BART.
    boolean takesSpaceBefore = token.equals("<mask>") || token.startsWith("<extra_id_");
    added
        .addObject()
        .put("id", id)
        .put("content", token)
        .put("single_word", false)
        .put("lstrip", takesSpaceBefore)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  private static ObjectNode byteLevel(ObjectNode node) {
    return node.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", true);
  }

  /** The tokens that other tools add around a text: {@code <s> … </s>}. */
  private static void postProcessor(ObjectNode node) {
    node.put("type", "RobertaProcessing");
    node.putArray("sep").add(SPECIALS[2]).add(2);
    node.putArray("cls").add(SPECIALS[0]).add(0);
    node.put("trim_offsets", true).put("add_prefix_space", false);
  }

  private static void model(ObjectNode model, List<String> tokens, List<long[]> merges) {
    model.put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode pairs = model.putArray("merges");
    for (long[] merge : merges) {
      pairs.add(tokens.get((int) merge[0]) + " " + tokens.get((int) merge[1]));
    }
  }
}
