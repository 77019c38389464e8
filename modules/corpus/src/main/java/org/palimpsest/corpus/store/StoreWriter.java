package org.palimpsest.corpus.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.spark.MappedIterator;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a sharded data set while it holds its lease, and publishes it if no other process has
 * meanwhile. Files that are not published are deleted when it is closed.
 *
 * @param <M> the manifest
 */
public final class StoreWriter<M extends StoreManifest> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);

  private final ShardedStore<M> store;
  private final StoredFolder folder;
  private final ManifestVersions versions;
  private final Lease lease;
  private final Duration keepReplaced;
  private final AttemptFiles files;

  /** The manifest when the lease was taken; empty if there was none. */
  private final byte[] before;

  private boolean begunToPublish;

  StoreWriter(ShardedStore<M> store, Lease lease, Duration keepReplaced) {
    this.store = store;
    this.lease = lease;
    this.keepReplaced = keepReplaced;
    folder = store.folder();
    versions = store.versions();
    files = new AttemptFiles(folder);
    try {
      before = stored();
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private byte[] stored() {
    return store.exists() ? folder.readAll(StoredFolder.MANIFEST) : new byte[0];
  }

  /**
   * Shuffles records into their lanes and writes each partition in a task. Nothing is published.
   *
   * @return the tasks' reports, in the order of the partitions
   */
  public <V, R> List<R> write(
      JavaPairRDD<LaneKey, V> records, LanePartitioner lanes, PartitionTask<V, R> task) {
    // The tasks must not contain the writer.
    AttemptFiles attempts = files;
    return records
        .repartitionAndSortWithinPartitions(lanes, LaneKey.BY_PLACE)
        .mapPartitionsWithIndex(
            (partition, keyed) ->
                List.of(
                        task.write(
                            partition,
                            new MappedIterator<>(keyed, record -> record._2()),
                            attempts))
                    .iterator(),
            false)
        .collect();
  }

  /** Returns what tasks write files with. */
  public AttemptFiles files() {
    return files;
  }

  /**
   * Publishes the manifest, atomically replacing the one that was there when the lease was taken,
   * and deletes obsolete files.
   *
   * @throws PalimpsestException of kind CLUSTER if another process has taken the lease, or has
   *     published
   */
  public void publish(M manifest) {
    lease.check();
    Optional<ManifestVersions.Version> replaced = replaced();
    replaced.ifPresent(versions::keep);
    ObjectNode json = manifest.json().put(ManifestVersions.FENCE, lease.number());
    replaced.ifPresent(version -> json.put(ManifestVersions.REPLACES, version.sha256()));
    begunToPublish = true;
    folder.publish(json);
    // A process that was paused since the first check has replaced nothing: the copy counts.
    lease.check();
    tidyUp(manifest);
  }

  /** Returns the manifest that is replaced, or nothing if there is none or it is damaged. */
  private Optional<ManifestVersions.Version> replaced() {
    byte[] now = stored();
    Optional<ManifestVersions.Version> main = readable();
    boolean isSame = Arrays.equals(now, before);
    if (!isSame && main.filter(this::isOfFormerOwner).isEmpty()) {
      throw PalimpsestException.cluster(
          "The %s %s has changed while this process wrote to it, and that change is kept: run the command again."
              .formatted(store.format().name(), folder.path()));
    }
    return main;
  }

  /** A former owner that was paused may publish later than this one has begun. */
  private boolean isOfFormerOwner(ManifestVersions.Version version) {
    return version.fence() > 0 && version.fence() < lease.number();
  }

  private Optional<ManifestVersions.Version> readable() {
    try {
      return store.exists() ? Optional.of(versions.current()) : Optional.empty();
    } catch (PalimpsestException e) {
      LOG.warn("The manifest that is replaced cannot be kept: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** The data set is published: what fails here does no harm. */
  private void tidyUp(M manifest) {
    try {
      versions.keep(versions.main());
      lease.check();
      new StoreSweep<>(store, keepReplaced).run(manifest, files);
    } catch (RuntimeException e) {
      LOG.warn(
          "Old files of the {} {} could not be deleted: {}",
          store.format().name(),
          folder.path(),
          e.getMessage());
    }
  }

  /** Returns the lease. */
  @Override
  public void close() {
    if (!begunToPublish) {
      discard();
    }
    lease.close();
  }

  /** Deletes what was written. Tasks that still run may leave files; a later preparation does. */
  private void discard() {
    try {
      StoreFiles written = new StoreFiles(folder, store.format().places());
      written.all().stream()
          .filter(file -> written.isWorthlessOf(files, file))
          .forEach(file -> folder.remove(file.name()));
    } catch (RuntimeException e) {
      LOG.warn("Unfinished files in {} could not be deleted: {}", folder.path(), e.getMessage());
    }
  }
}
