package org.palimpsest.storage.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/** Reads the files from which the tokenizer of a published model is made. */
record TokenizerFiles(StoredFolder folder, JsonNode settings) {
  /** The entries of a vocabulary with their ids. */
  static final String VOCABULARY = "vocab.json";

  private static final String MERGES = "merges.txt";
  private static final String SETTINGS = "tokenizer_config.json";

  /** The largest published ones have 5 MB. */
  private static final int LONGEST = 100_000_000;

  TokenizerFiles(StoredFolder folder) {
    this(folder, folder.exists(SETTINGS) ? folder.readJson(SETTINGS) : MissingNode.getInstance());
  }

  /** The text of a setting, which may be a token with its properties. */
  String text(String key, String otherwise) {
    JsonNode value = settings.path(key);
    return value.isTextual() ? value.asText() : value.path("content").asText(otherwise);
  }

  boolean hasMerges() {
    return folder.exists(VOCABULARY) && folder.exists(MERGES);
  }

  List<String> merges() {
    return Arrays.stream(new String(read(MERGES), StandardCharsets.UTF_8).split("\n", -1))
        .filter(line -> !line.isBlank() && !line.startsWith("#version"))
        .toList();
  }

  /** The entries of {@code vocab.json} by id. */
  List<String> vocabulary() {
    JsonNode ids = folder.readJson(VOCABULARY);
    String[] texts = new String[ids.size()];
    ids.properties()
        .forEach(
            entry -> {
              int id = entry.getValue().asInt(-1);
              if (id < 0 || id >= texts.length || texts[id] != null) {
                throw damaged(VOCABULARY, "its ids are not 0 to " + (texts.length - 1), null);
              }
              texts[id] = entry.getKey();
            });
    return List.of(texts);
  }

  /** A SentencePiece model; empty if there is no such file. */
  Optional<SentencePieceModel> model(String name) {
    if (!folder.exists(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(SentencePieceModel.parse(read(name)));
    } catch (NoSuchElementException e) {
      throw damaged(name, "it is not a SentencePiece model (" + e.getMessage() + ")", e);
    }
  }

  private byte[] read(String name) {
    try (InputStream in = folder.open(name)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw damaged(name, "it has more than " + LONGEST + " bytes", null);
      }
      return bytes;
    } catch (IOException e) {
      throw damaged(name, "it cannot be read", e);
    }
  }

  private PalimpsestException damaged(String name, String why, Exception cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        folder.resolve(name) + " is damaged: " + why + "; copy it from the published model again.",
        cause);
  }
}
