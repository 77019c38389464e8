package org.palimpsest.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.training.checkpoint.Patience;

/** The {@link Deposit}s in the folder of a checkpoint that is not published yet. */
final class Deposits {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Deposits() {}

  /** Those of all workers, by rank, or nothing while one is missing or half written. */
  static Optional<List<Deposit>> in(StoredFolder folder, int workers) {
    long there =
        Patience.until(folder::files).stream()
            .filter(file -> file.getPath().getName().startsWith(Deposit.PREFIX))
            .count();
    if (there < workers) {
      return Optional.empty();
    }
    List<Deposit> deposits = new ArrayList<>();
    try {
      for (int rank = 0; rank < workers; rank++) {
        deposits.add(JSON.readValue(folder.readAll(Deposit.fileName(rank)), Deposit.class));
      }
      return Optional.of(deposits);
    } catch (PalimpsestException | IOException e) {
      return Optional.empty();
    }
  }

  static void clear(StoredFolder folder, int workers) {
    for (int rank = 0; rank < workers; rank++) {
      folder.remove(Deposit.fileName(rank));
    }
  }
}
