package org.palimpsest.training.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hadoop.fs.FileStatus;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.segment.StopRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request to stop a run from another process or host: an empty file beside the checkpoints that
 * names the run's lease. A request for an earlier lease has no effect.
 */
final class StopFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StopFile.class);
  private static final String PREFIX = "stop-";
  private static final Duration POLL = Duration.ofSeconds(1);

  private final StoredFolder folder;
  private final String name;
  private final StopRequest stop;
  private final ScheduledExecutorService polling;

  private StopFile(StoredFolder folder, long lease, StopRequest stop) {
    this.folder = folder;
    this.name = name(lease);
    this.stop = stop;
    polling = DaemonThreads.repeat("palimpsest-stop", POLL, this::look, StopFile::unknown);
  }

  /** Looks for the file every second, and makes the request when it is there. */
  static StopFile watch(StoredFolder folder, long lease, StopRequest stop) {
    return new StopFile(folder, lease, stop);
  }

  /** Requests that the owner of a lease stops. */
  static void request(StoredFolder folder, long lease) {
    folder.write(name(lease), out -> {});
  }

  private static String name(long lease) {
    return String.format("%s%08d", PREFIX, lease);
  }

  private void look() {
    if (folder.exists(name)) {
      stop.request();
    }
  }

  private static void unknown(Throwable e) {
    String reason = e instanceof PalimpsestException ? e.getMessage() : e.toString();
    LOG.warn("Whether the run is to stop cannot be found out: {}", reason);
  }

  /** Ends the watch, and deletes this request and those for earlier leases. */
  @Override
  public void close() {
    polling.shutdownNow();
    try {
      List<String> names =
          folder.files().stream().map(FileStatus::getPath).map(path -> path.getName()).toList();
      names.stream()
          .filter(other -> other.startsWith(PREFIX) && other.compareTo(name) <= 0)
          .forEach(folder::remove);
    } catch (PalimpsestException e) {
      LOG.warn("A request to stop the run could not be deleted: {}", e.getMessage());
    }
  }
}
