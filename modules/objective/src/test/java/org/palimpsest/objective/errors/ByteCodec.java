package org.palimpsest.objective.errors;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TextCodec;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/**
 * A byte-level tokenizer for tests: known words, with the space before them, are single tokens, and
 * all other words are bytes.
 */
final class ByteCodec implements TextCodec {
  private static final int FIRST_BYTE = 5;
  private static final int FIRST_WORD = FIRST_BYTE + 256;
  private static final Pattern WORD = Pattern.compile("\\s?\\S+|\\s+");

  private final Map<String, Integer> ids = new HashMap<>();
  private final List<byte[]> texts = new ArrayList<>();
  private final Vocabulary vocabulary;

  ByteCodec(String... words) {
    for (String word : words) {
      ids.put(word, FIRST_WORD + texts.size());
      texts.add(word.getBytes(StandardCharsets.UTF_8));
    }
    vocabulary = Vocabulary.standard(FIRST_WORD + words.length, 0);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public byte[] utf8(int id) {
    return id < FIRST_BYTE
        ? new byte[0]
        : id < FIRST_WORD ? new byte[] {(byte) (id - FIRST_BYTE)} : texts.get(id - FIRST_WORD);
  }

  @Override
  public int[] encodeContinuing(String text) {
    List<Integer> found = new ArrayList<>();
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      Integer id = ids.get(words.group());
      if (id != null) {
        found.add(id);
        continue;
      }
      for (byte one : words.group().getBytes(StandardCharsets.UTF_8)) {
        found.add(FIRST_BYTE + (one & 0xFF));
      }
    }
    return found.stream().mapToInt(id -> id).toArray();
  }

  /** The tokens of a text, with a separator of documents for every {@code ¶}. */
  TokenBlock block(long id, String text) {
    List<Integer> tokens = new ArrayList<>();
    for (String document : text.split("¶", -1)) {
      if (!tokens.isEmpty()) {
        tokens.add(vocabulary.eos());
      }
      for (int token : encodeContinuing(document)) {
        tokens.add(token);
      }
    }
    return TokenBlock.ofSentence(id, tokens.stream().mapToInt(token -> token).toArray());
  }

  /** The text of ids, with {@code ¶} for a separator. */
  String text(int... tokens) {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    for (int id : tokens) {
      bytes.writeBytes(id == vocabulary.eos() ? "¶".getBytes(StandardCharsets.UTF_8) : utf8(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The source's text, without what stands around it. */
  String source(DenoisingExample example) {
    int[] source = example.sourceTokens();
    return text(java.util.Arrays.copyOfRange(source, 1, source.length - 1));
  }
}
