package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.bpe.BytePairTrainer.Merge;
import org.palimpsest.storage.Reason;

/** The model of a {@code tokenizer.json}, to which entries can be added at the end. */
abstract class ModelPart {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root;

  private ModelPart(ObjectNode root) {
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @throws PalimpsestException of kind INPUT if its model is of a kind that cannot be extended
   */
  static ModelPart of(TokenizerFile file) {
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(file.json());
      JsonNode model = root.path("model");
      boolean isMarked =
          !model.path("continuing_subword_prefix").asText("").isEmpty()
              || !model.path("end_of_word_suffix").asText("").isEmpty();
      if (model.path("merges").isArray() && model.path("vocab").isObject() && !isMarked) {
        return new BytePairs(root);
      }
      if (model.path("vocab").isArray()) {
        return new Unigram(root);
      }
      throw PalimpsestException.input(
          "The tokenizer is a %s model%s, to which no entries can be added, only to BPE and Unigram: set tokenizer.extend = 0."
              .formatted(
                  Reason.quoted(model.path("type").asText("WordLevel")),
                  isMarked ? " with marks in its pieces" : ""));
    } catch (IOException e) {
      throw new IllegalStateException("A tokenizer that was read before cannot be read again.", e);
    }
  }

  final ObjectNode model() {
    return (ObjectNode) root.path("model");
  }

  /** Whether bytes that no piece covers are entries such as {@code <0xE2>}. */
  final boolean hasByteEntries() {
    return model().path("byte_fallback").asBoolean();
  }

  /**
   * Gives added tokens that the model itself lacks a place in it, so that the ids after them are
   * free: other tools number added tokens after the model's own.
   */
  final void takeIn(Map<String, Integer> known) {
    List<JsonNode> added = new ArrayList<>();
    root.path("added_tokens").forEach(added::add);
    added.sort(Comparator.comparingInt(token -> token.path("id").asInt()));
    for (JsonNode token : added) {
      String text = token.path("content").asText();
      if (!known.containsKey(text)) {
        takeIn(text, token.path("id").asInt());
      }
    }
  }

  abstract void takeIn(String token, int id);

  /**
   * Adds entries, whose ids follow the highest one.
   *
   * @param merges in the order in which they were learned
   * @param tokens texts of all entries, also of the new ones, by id
   * @param known number of entries before
   * @param total occurrences of all entries in the words
   */
  abstract void add(List<Merge> merges, List<String> tokens, int known, long total);

  final TokenizerFile file() {
    try {
      return new TokenizerFile(JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Byte-pair encoding: later merges are applied after the known ones. */
  private static final class BytePairs extends ModelPart {
    BytePairs(ObjectNode root) {
      super(root);
    }

    @Override
    void takeIn(String token, int id) {
      ((ObjectNode) model().path("vocab")).put(token, id);
    }

    @Override
    void add(List<Merge> merges, List<String> tokens, int known, long total) {
      ObjectNode vocabulary = (ObjectNode) model().path("vocab");
      ArrayNode pairs = (ArrayNode) model().path("merges");
      boolean isList = pairs.path(0).isArray();
      for (Merge merge : merges) {
        vocabulary.put(tokens.get(merge.id()), merge.id());
        String left = tokens.get(merge.left());
        String right = tokens.get(merge.right());
        if (isList) {
          pairs.addArray().add(left).add(right);
        } else {
          pairs.add(left + " " + right);
        }
      }
    }
  }

  /**
   * Unigram language model: a piece is preferred to its parts if its log-probability is above the
   * sum of theirs.
   */
  private static final class Unigram extends ModelPart {
    /** How much more probable a new entry is at least than its two parts, in nats. */
    private static final double ADVANTAGE = 0.1;

    Unigram(ObjectNode root) {
      super(root);
    }

    private ArrayNode pieces() {
      return (ArrayNode) model().path("vocab");
    }

    /** A piece that no text is cut into: its text is cut out before. */
    @Override
    void takeIn(String token, int id) {
      pieces().addArray().add(token).add(lowest());
    }

    private double lowest() {
      double lowest = 0;
      for (JsonNode piece : pieces()) {
        lowest = Math.min(lowest, piece.path(1).asDouble());
      }
      return lowest;
    }

    @Override
    void add(List<Merge> merges, List<String> tokens, int known, long total) {
      double lowest = lowest();
      int next = known;
      for (Merge merge : merges) {
        if (merge.id() == next) {
          double parts = score(merge.left()) + score(merge.right());
          double seen = Math.log((double) merge.count() / total);
          double score = Math.max(Math.max(seen, parts + ADVANTAGE), lowest);
          pieces().addArray().add(tokens.get(next++)).add(score);
        }
      }
    }

    private double score(int id) {
      return pieces().path(id).path(1).asDouble();
    }
  }
}
