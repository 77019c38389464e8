package org.palimpsest.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;

/** The manifest of a folder: JSON with a checksum of itself, there as a whole or not at all. */
final class ManifestFile {
  static final String NAME = StoredFolder.MANIFEST;

  private static final String NEXT = NAME + ".next";
  private static final String SELF = "manifestSha256";

  private final StoredFolder folder;

  ManifestFile(StoredFolder folder) {
    this.folder = folder;
  }

  /**
   * Writes it. One that is there stays until the new one is whole, and is then replaced at once.
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
   * What could not be written whole must not stand in the way of the next attempt. An object store
   * that refuses a new object still has the old one.
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
   * Reads it.
   *
   * @param what what the folder should be, for the message
   * @throws PalimpsestException of kind INPUT if there is none or it is damaged
   */
  ObjectNode require(String what) {
    if (!folder.hasManifest()) {
      throw PalimpsestException.input(
          folder.path() + " is no " + what + ": it has no " + NAME + " (or was never finished).");
    }
    ObjectNode manifest = read();
    if (manifest == null) {
      throw PalimpsestException.input(
          "The manifest of the %s %s is damaged: its checksum does not fit."
              .formatted(what, folder.path()));
    }
    return manifest;
  }

  /** What it says without its checksum; null if that does not fit. */
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
