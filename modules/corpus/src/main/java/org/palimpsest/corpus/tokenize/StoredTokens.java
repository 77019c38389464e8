package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;

/**
 * The content of a {@code tokenizer.json}, which may come from anywhere. The vocabulary is read
 * token by token, and merges are skipped, because the tree of either would take many times its
 * size.
 *
 * @param rest everything except the vocabulary and the merges
 * @param ids the ids of the vocabulary, by token; without added tokens
 */
record StoredTokens(JsonNode rest, Map<String, Integer> ids) {
  /** The largest published vocabularies have a million entries. */
  static final int MOST = 1 << 21;

  /** How much larger than the number of tokens the highest id may be. */
  private static final int MOST_UNUSED = 1 << 16;

  /**
   * The longest published ones have 16 characters. The native tokenizer keeps the characters of a
   * piece as nested nodes, and ends the process when it frees ten thousand of them.
   */
  private static final int LONGEST_PIECE = 1024;

  /** The native tokenizer reads every part, also one that a later part of its name replaces. */
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /**
   * Reads a file.
   *
   * @throws PalimpsestException of kind INPUT if it is not a tokenizer
   */
  static StoredTokens parse(byte[] tokenizerJson) {
    ObjectNode rest = JSON.createObjectNode();
    Map<String, Integer> ids = new HashMap<>();
    try (JsonParser json = StrictJson.parser(tokenizerJson)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw refused("is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        refuseSecond(rest, key);
        boolean isModel = json.nextToken() == JsonToken.START_OBJECT && key.equals("model");
        rest.set(key, isModel ? model(json, ids) : JSON.readTree(json));
      }
      if (json.nextToken() != null) {
        throw refused("has text after its end");
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The tokenizer is not JSON: set tokenizer.path to a Hugging Face tokenizer.json.",
          e);
    }
    NativeParts.check(rest);
    return new StoredTokens(rest, ids);
  }

  private static void refuseSecond(ObjectNode parts, String key) {
    if (parts.has(key)) {
      throw refused("has two parts '" + Reason.quoted(key) + "'");
    }
  }

  private static JsonNode model(JsonParser json, Map<String, Integer> ids) throws IOException {
    ObjectNode model = JSON.createObjectNode();
    Merges merges = new Merges();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      refuseSecond(model, key);
      switch (key) {
        case "vocab" -> vocabulary(json, ids);
        case "merges" -> merges.read(json);
        default -> model.set(key, JSON.readTree(json));
      }
    }
    merges.requireAfter(model.path("continuing_subword_prefix").asText(""));
    return model;
  }

  /** BPE and WordPiece store an object; Unigram stores a list of pairs, whose index is the id. */
  private static void vocabulary(JsonParser json, Map<String, Integer> ids) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String token = json.currentName();
        json.nextToken();
        put(ids, token, JSON.readTree(json));
      }
    } else if (json.currentToken() == JsonToken.START_ARRAY) {
      for (int id = 0; json.nextToken() != JsonToken.END_ARRAY; id++) {
        JsonNode piece = JSON.<JsonNode>readTree(json).path(0);
        if (!piece.isTextual()) {
          throw refused("has a vocabulary whose entry " + id + " is not a token with a score");
        }
        if (piece.asText().length() > LONGEST_PIECE) {
          throw refused(
              "has a piece of more than " + LONGEST_PIECE + " characters, its entry " + id);
        }
        put(ids, piece.asText(), JSON.getNodeFactory().numberNode(id));
      }
    } else {
      throw refused("has a vocabulary that is neither an object nor a list");
    }
  }

  /** Adds a token. */
  static void put(Map<String, Integer> ids, String token, JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0) {
      throw refused("gives the token '" + Reason.quoted(token) + "' an id that is no whole number");
    }
    ids.put(token, id.asInt());
    if (ids.size() > MOST) {
      throw refused("has more than " + MOST + " tokens");
    }
  }

  /** The number of ids: one more than the highest. */
  static int size(Map<String, Integer> ids) {
    int highest = ids.values().stream().mapToInt(id -> id).max().orElse(-1);
    if (highest >= 2L * ids.size() + MOST_UNUSED) {
      throw refused("has the id " + highest + ", but only " + ids.size() + " tokens");
    }
    return highest + 1;
  }

  static PalimpsestException refused(String why) {
    return PalimpsestException.input(
        "The tokenizer " + why + ": set tokenizer.path to a Hugging Face tokenizer.json.");
  }
}
