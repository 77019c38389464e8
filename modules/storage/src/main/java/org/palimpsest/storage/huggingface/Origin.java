package org.palimpsest.storage.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** What {@code palimpsest.json} says of its folder; nothing if there is no such file. */
record Origin(StoredFolder folder, JsonNode tree) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Origin of(StoredFolder folder) {
    return new Origin(
        folder,
        folder.exists(ModelFolder.ORIGIN)
            ? ForeignFile.json(folder, ModelFolder.ORIGIN)
            : MissingNode.getInstance());
  }

  Optional<Object> objective() {
    return objective(tree);
  }

  static Optional<Object> objective(JsonNode statement) {
    JsonNode objective = statement.path("objective");
    if (objective.isTextual()) {
      return Optional.of(objective.asText());
    }
    return objective.isObject()
        ? Optional.of(JSON.convertValue(objective, Map.class))
        : Optional.empty();
  }

  /** Size and checksum of a file. */
  Optional<StoredFile> file(String name) {
    JsonNode file = tree.path("files").path(name);
    if (!file.isObject()) {
      return Optional.empty();
    }
    long size = file.path("size").asLong(-1);
    if (size < 0) {
      throw replaced(name);
    }
    return Optional.of(new StoredFile(name, size, file.path("sha256").asText()));
  }

  PalimpsestException replaced(String name) {
    return PalimpsestException.input(
        folder.resolve(name)
            + " is damaged or was replaced: it differs from what "
            + ModelFolder.ORIGIN
            + " beside it says; restore it, or remove "
            + ModelFolder.ORIGIN
            + " to use it as it is.");
  }

  /**
   * Refuses a file whose checksum differs from what is stated of it.
   *
   * @param show shows the bytes of the file to a digest; not called for a file of which nothing is
   *     stated
   */
  void compare(String name, Consumer<MessageDigest> show) {
    Optional<StoredFile> stated = file(name);
    if (stated.isEmpty()) {
      return;
    }
    MessageDigest digest = Digests.sha256();
    show.accept(digest);
    if (!stated.get().sha256().equals(Digests.hex(digest.digest()))) {
      throw replaced(name);
    }
  }
}
