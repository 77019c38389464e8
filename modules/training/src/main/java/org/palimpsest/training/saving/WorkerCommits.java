package org.palimpsest.training.saving;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFolder;

/**
 * Reads and deletes the {@link WorkerCommit}s in the folder of a checkpoint that is not published
 * yet.
 */
final class WorkerCommits {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WorkerCommits() {}

  /** The commits of all workers, by rank; empty while one is missing or incomplete. */
  static Optional<List<WorkerCommit>> in(StoredFolder folder, int workers) {
    long there =
        Retry.until(folder::files).stream()
            .filter(file -> file.getPath().getName().startsWith(WorkerCommit.PREFIX))
            .count();
    if (there < workers) {
      return Optional.empty();
    }
    List<WorkerCommit> commits = new ArrayList<>();
    try {
      for (int rank = 0; rank < workers; rank++) {
        commits.add(
            JSON.readValue(folder.readAll(WorkerCommit.fileName(rank)), WorkerCommit.class));
      }
      return commits.contains(null) ? Optional.empty() : Optional.of(commits);
    } catch (PalimpsestException | IOException e) {
      return Optional.empty();
    }
  }

  static void clear(StoredFolder folder, int workers) {
    for (int rank = 0; rank < workers; rank++) {
      folder.remove(WorkerCommit.fileName(rank));
    }
  }
}
