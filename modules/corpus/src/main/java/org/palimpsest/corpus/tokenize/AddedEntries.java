package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.objective.Vocabulary;

/**
 * The entries that a larger tokenizer has beyond those of another one, and which known entries its
 * text was made of.
 *
 * @param before the smaller tokenizer
 * @param now the larger one, with the same ids for the known entries
 */
public record AddedEntries(TokenizerFile before, TokenizerFile now) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Returns the known ids of each new entry, in the order of their ids; none for one that stands
   * for no text, such as a sentinel.
   */
  public List<List<Integer>> pieces() {
    Tokenizer larger = now.tokenizer();
    Vocabulary vocabulary = larger.vocabulary();
    int known = before.tokenizer().vocabulary().size();
    if (vocabulary.size() <= known) {
      return List.of();
    }
    Parts parts = parts(known);
    List<List<Integer>> all = new ArrayList<>();
    for (int id = known; id < vocabulary.size(); id++) {
      boolean isText = !vocabulary.isSpecial(id) && !vocabulary.isSentinel(id);
      all.add(isText ? parts.of(larger.token(id)) : List.of());
    }
    return all;
  }

  /** Cuts the text of an entry into known ones. */
  private interface Parts {
    List<Integer> of(String token);
  }

  private Parts parts(int known) {
    try {
      JsonNode model = JSON.readTree(now.json()).path("model");
      return model.path("merges").isArray()
          ? merged(model, known)
          : best(JSON.readTree(before.json()).path("model").path("vocab"));
    } catch (IOException e) {
      throw new IllegalStateException("A tokenizer that was read before cannot be read again.", e);
    }
  }

  /** Undoes merges. */
  private static Parts merged(JsonNode model, int known) {
    JsonNode ids = model.path("vocab");
    Map<String, List<String>> halves = new HashMap<>();
    for (JsonNode merge : model.path("merges")) {
      List<String> pair =
          merge.isArray()
              ? List.of(merge.path(0).asText(), merge.path(1).asText())
              : Arrays.asList(merge.asText().split(" ", 2));
      halves.putIfAbsent(String.join("", pair), pair);
    }
    return token -> {
      List<Integer> found = new ArrayList<>();
      addParts(token, ids, halves, known, found);
      return found;
    };
  }

  private static void addParts(
      String token,
      JsonNode ids,
      Map<String, List<String>> halves,
      int known,
      List<Integer> found) {
    int id = ids.path(token).asInt(known);
    if (id < known) {
      found.add(id);
      return;
    }
    for (String half : halves.getOrDefault(token, List.of())) {
      addParts(half, ids, halves, known, found);
    }
  }

  /** The most probable pieces, as a Unigram model finds them. */
  private static Parts best(JsonNode vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    List<Double> scores = new ArrayList<>();
    int longest = 0;
    for (JsonNode piece : vocabulary) {
      ids.put(piece.path(0).asText(), scores.size());
      scores.add(piece.path(1).asDouble());
      longest = Math.max(longest, piece.path(0).asText().length());
    }
    int limit = longest;
    return token -> best(token, ids, scores, limit);
  }

  private static List<Integer> best(
      String token, Map<String, Integer> ids, List<Double> scores, int longest) {
    double[] score = new double[token.length() + 1];
    int[] piece = new int[token.length() + 1];
    int[] begin = new int[token.length() + 1];
    Arrays.fill(score, 1, score.length, Double.NEGATIVE_INFINITY);
    for (int end = 1; end <= token.length(); end++) {
      for (int from = Math.max(0, end - longest); from < end; from++) {
        Integer id = ids.get(token.substring(from, end));
        if (id != null && score[from] + scores.get(id) > score[end]) {
          score[end] = score[from] + scores.get(id);
          piece[end] = id;
          begin[end] = from;
        }
      }
    }
    List<Integer> found = new ArrayList<>();
    if (score[token.length()] > Double.NEGATIVE_INFINITY) {
      for (int end = token.length(); end > 0; end = begin[end]) {
        found.add(0, piece[end]);
      }
    }
    return found;
  }
}
