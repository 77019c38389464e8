package org.palimpsest.corpus.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.storage.Deadline;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.LeaseMessages;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;

/**
 * A sharded data set in a folder. It exists once its manifest is published, which is the last step
 * of every preparation: readers never see a half-written data set, and files that the manifest does
 * not list do not count. It is written through a {@link StoreWriter}, by one process at a time.
 *
 * @param <M> the manifest
 */
public final class ShardedStore<M extends StoreManifest> {
  /** Longest wait for a call of the file system on which the lease depends. */
  private static final Duration LONGEST_CALL = Duration.ofMinutes(10);

  private final StoredFolder folder;
  private final StoreFormat<M> format;
  private final ManifestVersions versions;

  /** Creates a store in a folder that may not exist yet. */
  public ShardedStore(StoredFolder folder, StoreFormat<M> format) {
    this.folder = folder;
    this.format = format;
    versions = new ManifestVersions(folder, format);
  }

  /** Returns the folder. */
  public StoredFolder folder() {
    return folder;
  }

  /** Returns whether a manifest is published; {@link #read} may still find it damaged. */
  public boolean exists() {
    return folder.hasManifest();
  }

  /**
   * Reads the manifest.
   *
   * @throws PalimpsestException of kind INPUT if there is none, it is damaged, or it has another
   *     format version; of kind CLUSTER if there is none yet, because a process is writing it
   */
  public M read() {
    if (!exists() && Lease.held(folder.path(), folder.fileSystem().getConf()).isPresent()) {
      throw PalimpsestException.cluster(
          "The %s %s is not complete, because another process is writing it: run the command again when that one has ended."
              .formatted(format.name(), folder.path()));
    }
    return parse(versions.current());
  }

  M parse(ManifestVersions.Version version) {
    ObjectNode manifest = version.json().deepCopy();
    manifest.remove(List.of(ManifestVersions.FENCE, ManifestVersions.REPLACES));
    try {
      if (!format.versions().contains(manifest.path(ManifestVersions.SCHEMA).asInt())) {
        throw new IllegalArgumentException("it has no format version");
      }
      return format.parser().parse(manifest);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The manifest of the %s %s is damaged (%s): prepare it again with --fresh."
              .formatted(format.name(), folder.path(), Reason.of(e)),
          e);
    }
  }

  StoreFormat<M> format() {
    return format;
  }

  ManifestVersions versions() {
    return versions;
  }

  /**
   * Takes the lease of the data set, to write a new one or to add to it. No other process can until
   * the writer is closed.
   *
   * @param term time without renewal after which another process may take the lease
   * @param keepReplaced time for which files of a manifest stay after another one replaced it
   * @throws PalimpsestException of kind CLUSTER if another process is writing
   */
  public StoreWriter<M> writer(Duration term, Duration keepReplaced) {
    return new StoreWriter<>(this, lease(term), keepReplaced);
  }

  private Lease lease(Duration term) {
    String name = format.name();
    return Lease.take(
        folder.path(),
        folder.fileSystem().getConf(),
        term,
        new Deadline(LONGEST_CALL, format.keys().lease()),
        new LeaseMessages(
            "another one",
            "The "
                + name
                + " %s is being written by another process (%s): wait until it ends, or choose"
                + " another "
                + format.keys().path()
                + ".",
            "This process was paused for more than %d s ("
                + format.keys().lease()
                + "), and another one has taken its lease on the "
                + name
                + " %s: run the command again when that one has ended."));
  }

  /**
   * Deletes the data set: first the manifest, so a reader never sees a part of it. The files of the
   * leases stay, so a writer that was paused cannot publish afterwards.
   *
   * @param when receives the deletion and decides when it happens; it may check and delete more
   * @throws PalimpsestException of kind CLUSTER if another process is writing
   */
  public void delete(Duration term, Consumer<Runnable> when) {
    try (Lease lease = lease(term)) {
      when.accept(() -> deleteFiles(lease));
    }
  }

  private void deleteFiles(Lease lease) {
    lease.check();
    folder.remove(StoredFolder.MANIFEST);
    versions.copies().forEach(copy -> versions.folderOf(copy).delete());
    new StoreFiles(folder, format.places()).all().forEach(file -> folder.remove(file.name()));
  }

  /**
   * Checks that the data set was prepared with the current settings.
   *
   * @param stored settings in the manifest, by configuration key
   * @param current settings of this preparation
   * @param compared the keys to compare
   * @throws PalimpsestException of kind CONFIGURATION that names the first key that differs
   */
  public void requireSameSettings(
      Map<String, String> stored, Map<String, String> current, Predicate<String> compared) {
    TreeSet<String> keys = new TreeSet<>(stored.keySet());
    keys.addAll(current.keySet());
    keys.removeIf(compared.negate());
    for (String key : keys) {
      // Manifests of early releases hold addresses with their secrets.
      String before = Secrets.redacted(stored.getOrDefault(key, "absent"));
      String now = current.getOrDefault(key, "absent");
      if (!before.equals(now)) {
        throw PalimpsestException.configuration(
            "The %s %s was prepared with %s = %s, but the setting is now %s: restore the setting, choose another %s, or start over with --fresh."
                .formatted(
                    format.name(),
                    folder.path(),
                    key,
                    shown(before),
                    shown(now),
                    format.keys().path()));
      }
    }
  }

  private static String shown(String value) {
    return value.isBlank() || !value.equals(value.strip()) ? '"' + value + '"' : value;
  }
}
