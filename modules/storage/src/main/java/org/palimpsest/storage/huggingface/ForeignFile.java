package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;

/** The small files of a model folder, which may come from anywhere. */
final class ForeignFile {
  /** A {@code config.json} has a few kilobytes. */
  private static final int LONGEST_JSON = 1 << 22;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ForeignFile() {}

  /**
   * Reads a small JSON file.
   *
   * @throws PalimpsestException of kind INPUT if it is not an object, or not small
   */
  static JsonNode json(StoredFolder folder, String name) {
    try {
      JsonNode tree = JSON.readTree(bytes(folder, name, LONGEST_JSON));
      if (!tree.isObject()) {
        throw damaged(folder, name, "is not a JSON object", null);
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw damaged(folder, name, "is not JSON", e);
    } catch (IOException e) {
      throw unreadable(folder, name, e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws PalimpsestException of kind INPUT if it has more bytes than {@code most}
   */
  static byte[] bytes(StoredFolder folder, String name, int most) {
    try (InputStream in = folder.open(name)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw damaged(folder, name, "has more than " + most + " bytes", null);
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(folder, name, e);
    }
  }

  static PalimpsestException unreadable(StoredFolder folder, String name, IOException cause) {
    return damaged(folder, name, "cannot be read (" + Reason.of(cause) + ")", cause);
  }

  static PalimpsestException damaged(
      StoredFolder folder, String name, String why, IOException cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        folder.path() + " is a damaged model folder: its " + name + " " + why + ".",
        cause);
  }
}
