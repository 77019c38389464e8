package org.palimpsest.training.checkpoint;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFolder;

/**
 * Checkpoints that are put aside: they are damaged, nothing reads or counts them any more, and
 * nothing deletes them. A small file inside the folder says so, with the reason. The folder is not
 * moved, because on object stores that copies gigabytes, and half of them if it fails.
 */
final class Quarantine {
  static final String FILE = "quarantine.json";

  private Quarantine() {}

  static boolean holds(StoredFolder folder) {
    return folder.exists(FILE);
  }

  /** Puts a checkpoint aside. */
  static void put(StoredFolder folder, String reason) {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("reason", reason);
    note.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Retry.until(() -> folder.replaceJson(FILE, note));
  }

  /** Why a checkpoint was put aside. */
  static String reason(StoredFolder folder) {
    try {
      return folder.readJson(FILE).path("reason").asText();
    } catch (PalimpsestException e) {
      return e.getMessage();
    }
  }
}
