package org.palimpsest.corpus.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/**
 * Copies of the manifests of a data set, {@code manifests/00000003-0a1b2c3d/manifest.json}: the
 * number of the lease of its writer, and the first digits of its checksum.
 *
 * <p>They say which files a manifest named that another one has replaced. And they make publication
 * safe: a writer that was paused in the middle of it, and goes on when another one has published,
 * writes over {@code manifest.json}; the copy of the other has the higher number, and counts.
 */
final class ManifestVersions {
  static final String SCHEMA = "schemaVersion";
  static final String FENCE = "fence";
  static final String REPLACES = "replaces";

  private static final String SELF = "manifestSha256";
  private static final String FOLDER = "manifests";
  private static final Pattern NAME = Pattern.compile("(\\d{8,})-[0-9a-f]{8}");

  private final StoredFolder folder;
  private final StoreFormat<?> format;

  ManifestVersions(StoredFolder folder, StoreFormat<?> format) {
    this.folder = folder;
    this.format = format;
  }

  /**
   * A manifest as it is stored.
   *
   * @param json without its checksum
   * @param sha256 its checksum
   */
  record Version(ObjectNode json, String sha256) {

    /** Returns the number of its writer's lease; 0 if an earlier release wrote it. */
    long fence() {
      return json.path(FENCE).asLong();
    }

    private String name() {
      return "%08d-%.8s".formatted(fence(), sha256);
    }
  }

  /**
   * A copy.
   *
   * @param name of its folder
   * @param fence number of its writer's lease
   */
  record Copy(String name, long fence) {}

  /**
   * Returns the manifest that counts.
   *
   * @throws PalimpsestException of kind INPUT if there is none, it has another format version, or
   *     it is damaged
   */
  Version current() {
    Version main = main();
    // A release that knows no leases has no copies: what it writes is what it means.
    return main.fence() == 0 ? main : newerCopy(main).orElse(main);
  }

  private Optional<Version> newerCopy(Version main) {
    return copies().stream()
        .filter(copy -> copy.fence() > main.fence() && folderOf(copy).hasManifest())
        .max(Comparator.comparingLong(Copy::fence))
        .map(copy -> read(folderOf(copy)));
  }

  /** Returns {@code manifest.json}, which may be that of a writer that has lost its lease. */
  Version main() {
    return read(folder);
  }

  /** Returns a copy, as {@link #current} returns manifests. */
  Version read(Copy copy) {
    return read(folderOf(copy));
  }

  private Version read(StoredFolder in) {
    ObjectNode json = in.manifest(format.name(), SCHEMA, format.versions());
    return new Version(json, in.readJson(StoredFolder.MANIFEST).path(SELF).asText());
  }

  /** Keeps a copy of a manifest, if there is none. */
  void keep(Version version) {
    StoredFolder copy = folder.child(FOLDER).child(version.name());
    if (!copy.hasManifest()) {
      copy.publish(version.json().deepCopy());
    }
  }

  /** Returns all copies, in the order of their leases. */
  List<Copy> copies() {
    return folder.child(FOLDER).files().stream()
        .map(FileStatus::getPath)
        .map(path -> NAME.matcher(path.getName()))
        .filter(Matcher::matches)
        .map(name -> new Copy(name.group(), Long.parseLong(name.group(1))))
        .sorted(Comparator.comparingLong(Copy::fence))
        .toList();
  }

  StoredFolder folderOf(Copy copy) {
    return folder.child(FOLDER).child(copy.name());
  }
}
