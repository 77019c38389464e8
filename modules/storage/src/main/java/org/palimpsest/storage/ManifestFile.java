package org.palimpsest.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;

/** The manifest of a folder: JSON with a checksum of its own content, either complete or absent. */
final class ManifestFile {
  static final String NAME = StoredFolder.MANIFEST;

  private static final String SELF = "manifestSha256";

  private final StoredFolder folder;

  ManifestFile(StoredFolder folder) {
    this.folder = folder;
  }

  /**
   * Writes the manifest and the names of all files to the disk. Readers see the old manifest, or
   * none, until the new one is complete.
   */
  void publish(ObjectNode manifest) {
    folder.sync();
    manifest.remove(SELF);
    manifest.put(SELF, checksum(manifest));
    StoredFile unused = folder.replaceJson(NAME, manifest);
    folder.sync();
  }

  /**
   * Reads the manifest.
   *
   * @param what kind of folder is expected, for the message
   * @throws PalimpsestException of kind INPUT if the manifest is missing or damaged
   */
  ObjectNode require(String what) {
    return whole(what, read(what));
  }

  /** As {@link #require(String)}, for the versions of a format, whose number is in a field. */
  ObjectNode require(String what, String field, List<Integer> versions) {
    ObjectNode manifest = read(what);
    JsonNode stated = manifest.path(field);
    if (stated.isInt() ? !versions.contains(stated.asInt()) : stated.isIntegralNumber()) {
      // Its checksum may be computed in another way.
      throw PalimpsestException.input(
          "The %s %s has format version %s, but this version of Palimpsest reads %s: use the version that wrote it."
              .formatted(
                  what,
                  folder.path(),
                  stated.asText(),
                  versions.stream().map(String::valueOf).collect(Collectors.joining(" and "))));
    }
    return whole(what, manifest);
  }

  private ObjectNode read(String what) {
    if (!folder.hasManifest()) {
      throw PalimpsestException.input(
          folder.path() + " is not a " + what + ": it has no " + NAME + " (or was not finished).");
    }
    if (folder.readJson(NAME) instanceof ObjectNode manifest) {
      return manifest;
    }
    throw damaged(what);
  }

  /** The manifest without its checksum, if that matches. */
  private ObjectNode whole(String what, ObjectNode manifest) {
    JsonNode stated = manifest.remove(SELF);
    if (stated == null || !checksum(manifest).equals(stated.asText())) {
      throw damaged(what);
    }
    return manifest;
  }

  private PalimpsestException damaged(String what) {
    return DamageException.report(
        "The manifest of the %s %s is damaged: its checksum does not match."
            .formatted(what, folder.path()));
  }

  private static String checksum(ObjectNode manifest) {
    try {
      byte[] text = StoredFolder.JSON.writeValueAsString(manifest).getBytes(StandardCharsets.UTF_8);
      return Digests.sha256Hex(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
