package org.palimpsest.training.saving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.FlatVector;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.VectorFile;
import org.palimpsest.training.segment.SegmentOrder;

/**
 * Writes a worker's share of the checkpoints, one after the other, while the worker trains on.
 *
 * <p>What cannot be written is no reason to leave the other workers alone in a sum: the failure
 * waits here until the next round tells it to all.
 */
public final class AsyncCheckpointWriter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 5;

  private final SegmentOrder order;
  private final int rank;
  private final Checkpoints checkpoints;
  private final ExecutorService writer;
  private Future<?> running;
  private volatile PalimpsestException failure;

  public AsyncCheckpointWriter(SegmentOrder order, int rank) {
    this.order = order;
    this.rank = rank;
    checkpoints =
        new Checkpoints(new org.apache.hadoop.fs.Path(order.checkpoints()), order.hadoop().value());
    writer =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "palimpsest-checkpoint-" + rank);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Copies the snapshot and returns; waits first if the one before is still being written. */
  public void begin(Snapshot snapshot) {
    await();
    if (failure != null) {
      return;
    }
    try {
      Snapshot copy = snapshot.copied(localFolder());
      running = writer.submit(() -> write(copy));
    } catch (PalimpsestException e) {
      failure = e;
    }
  }

  /** Writes the last one of a segment, from where it stands. */
  public void finish(Snapshot snapshot) {
    await();
    if (failure == null) {
      write(snapshot);
    }
  }

  /** Why a checkpoint could not be written. */
  public Optional<PalimpsestException> failure() {
    return Optional.ofNullable(failure);
  }

  private void write(Snapshot snapshot) {
    try {
      String name = Checkpoints.folderName(snapshot.state().step(), order.attempt());
      StoredFolder folder = checkpoints.folder(name);
      List<StoredFile> files = new ArrayList<>();
      for (Map.Entry<String, FlatVector> entry : snapshot.vectors().entrySet()) {
        files.add(Retry.until(() -> VectorFile.write(folder, entry.getKey(), entry.getValue())));
      }
      WorkerCommit deposit =
          new WorkerCommit(
              rank,
              snapshot.state(),
              snapshot.worker(),
              files,
              snapshot.checksum(),
              snapshot.points());
      byte[] text = JSON.writeValueAsBytes(deposit);
      Retry.until(() -> folder.write(WorkerCommit.fileName(rank), out -> out.write(text)));
    } catch (PalimpsestException e) {
      failure = e;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } finally {
      snapshot.discard();
    }
  }

  private void await() {
    if (running == null) {
      return;
    }
    try {
      running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster(
          "Worker " + rank + " was stopped while it wrote a checkpoint.");
    } catch (ExecutionException e) {
      throw new IllegalStateException("A checkpoint could not be written.", e.getCause());
    }
  }

  /** Where Spark keeps its own blocks. */
  private static Path localFolder() {
    return SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath();
  }

  /**
   * Lets what is being written come to its end: should the segment fail, that is a checkpoint
   * still.
   */
  @Override
  public void close() {
    writer.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        writer.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
