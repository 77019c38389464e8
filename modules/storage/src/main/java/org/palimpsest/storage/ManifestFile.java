package org.palimpsest.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;

/** The manifest of a folder: JSON with a checksum of its own content, either complete or absent. */
final class ManifestFile {
  static final String NAME = StoredFolder.MANIFEST;

  private static final String NEXT = NAME + ".next";
  private static final String SELF = "manifestSha256";

  private final StoredFolder folder;

  ManifestFile(StoredFolder folder) {
    this.folder = folder;
  }

  /**
   * Writes the manifest. An existing one stays until the new one is complete, and is then replaced
   * atomically.
   */
  void publish(ObjectNode manifest) {
    manifest.remove(SELF);
    manifest.put(SELF, checksum(manifest));
    boolean replaces = AtomicRename.isPossible(folder.fileSystem()) && folder.hasManifest();
    String written = replaces ? NEXT : NAME;
    try {
      folder.writeJson(written, manifest);
    } catch (PalimpsestException e) {
      removeHalf(written, e);
      throw e;
    }
    if (replaces) {
      replace();
    }
  }

  private void replace() {
    try {
      AtomicRename.replace(folder.fileSystem(), folder.resolve(NEXT), folder.resolve(NAME));
    } catch (IOException e) {
      throw folder.failed("replaced", NAME, e);
    }
  }

  /**
   * Removes a partial file, which would block the next attempt. An object store that rejects a new
   * object keeps the old one, so a complete manifest is not removed.
   */
  private void removeHalf(String name, PalimpsestException failure) {
    try {
      if (name.equals(NEXT) || !isWhole()) {
        folder.fileSystem().delete(folder.resolve(name), false);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private boolean isWhole() {
    try {
      return folder.hasManifest() && read() != null;
    } catch (PalimpsestException e) {
      return false;
    }
  }

  /**
   * Reads the manifest.
   *
   * @param what kind of folder is expected, for the message
   * @throws PalimpsestException of kind INPUT if the manifest is missing or damaged
   */
  ObjectNode require(String what) {
    if (!folder.hasManifest()) {
      throw PalimpsestException.input(
          folder.path() + " is not a " + what + ": it has no " + NAME + " (or was not finished).");
    }
    ObjectNode manifest = read();
    if (manifest == null) {
      throw PalimpsestException.input(
          "The manifest of the %s %s is damaged: its checksum does not match."
              .formatted(what, folder.path()));
    }
    return manifest;
  }

  /** The manifest without its checksum; null if the checksum does not match. */
  private ObjectNode read() {
    if (folder.readJson(NAME) instanceof ObjectNode manifest) {
      JsonNode stated = manifest.remove(SELF);
      if (stated != null && checksum(manifest).equals(stated.asText())) {
        return manifest;
      }
    }
    return null;
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
