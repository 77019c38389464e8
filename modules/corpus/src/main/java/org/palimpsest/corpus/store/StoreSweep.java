package org.palimpsest.corpus.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/**
 * Deletes obsolete files: those of manifests that were replaced long enough ago, and those that no
 * manifest names and that this preparation wrote or that are old. So a run that reads a data set
 * goes on reading when another one replaces it.
 *
 * <p>Times are those of the file system; no clock of a machine matters.
 */
final class StoreSweep<M extends StoreManifest> {
  /** Another process may still be writing younger files. */
  static final Duration ORPHAN_AGE = Duration.ofDays(1);

  private final ShardedStore<M> store;
  private final ManifestVersions versions;
  private final Duration keepReplaced;
  private final Set<String> kept = new HashSet<>();
  private final Set<String> expired = new HashSet<>();

  StoreSweep(ShardedStore<M> store, Duration keepReplaced) {
    this.store = store;
    this.versions = store.versions();
    this.keepReplaced = keepReplaced;
  }

  /**
   * Deletes what can be deleted, just after a manifest was published.
   *
   * @param current the manifest
   * @param own names the files of this preparation
   */
  void run(M current, AttemptFiles own) {
    addNames(kept, current);
    List<ManifestVersions.Copy> copies = versions.copies();
    // The copy of the current manifest was written just now.
    long now = modifiedMs(versions.folderOf(copies.get(copies.size() - 1)));
    for (int i = 0; i + 1 < copies.size(); i++) {
      long replacedMs = modifiedMs(versions.folderOf(copies.get(i + 1)));
      boolean isExpired = now - replacedMs >= keepReplaced.toMillis();
      addNames(isExpired ? expired : kept, store.parse(versions.read(copies.get(i))));
      if (isExpired) {
        versions.folderOf(copies.get(i)).delete();
      }
    }
    StoreFiles files = new StoreFiles(store.folder(), store.format().places());
    for (StoreFiles.Found file : files.all()) {
      boolean isOrphan = files.isWorthlessOf(own, file) || isOld(file, now);
      if (!kept.contains(file.name()) && (expired.contains(file.name()) || isOrphan)) {
        store.folder().remove(file.name());
      }
    }
  }

  private static boolean isOld(StoreFiles.Found file, long now) {
    return now - file.modifiedMs() >= ORPHAN_AGE.toMillis();
  }

  private void addNames(Set<String> names, M manifest) {
    manifest.files().map(StoredFile::name).forEach(names::add);
  }

  private static long modifiedMs(StoredFolder of) {
    try {
      return of.fileSystem().getFileStatus(of.resolve(StoredFolder.MANIFEST)).getModificationTime();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
