package org.palimpsest.training.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Lease;

/**
 * Deletes checkpoints that newer ones make obsolete. A checkpoint counts as newer only when it has
 * been read back and found good. What is damaged is put aside, and what cannot be read stays.
 *
 * <p>Before each deletion the lease is checked, and checkpoints of later owners are left alone: a
 * process that was paused and resumes deletes nothing that its successor needs.
 */
public final class Pruning {
  private final Checkpoints checkpoints;
  private final Lease lease;
  private final Consumer<String> warnings;

  /**
   * Prunes under a lease.
   *
   * @param warnings takes a sentence for each folder that is put aside or cannot be deleted
   */
  public Pruning(Checkpoints checkpoints, Lease lease, Consumer<String> warnings) {
    this.checkpoints = checkpoints;
    this.lease = lease;
    this.warnings = warnings;
  }

  /**
   * Deletes the checkpoints that are older than the newest verified ones. Failures are warnings,
   * since the next call tries again.
   *
   * @param keep number of verified checkpoints that are kept
   * @param verified names of the checkpoints that have been read back
   * @param isBest whether the checkpoint of that name is kept regardless of its age
   */
  public void deleteOld(int keep, Set<String> verified, Predicate<String> isBest) {
    List<String> names = checkpoints.names();
    int kept = 0;
    for (int i = names.size() - 1; i >= 0; i--) {
      String name = names.get(i);
      if (kept < keep) {
        kept += verified.contains(name) ? 1 : 0;
      } else if (!isBest.test(name)) {
        attempt(() -> deleteIfObsolete(name));
      }
    }
  }

  private void deleteIfObsolete(String name) {
    Found found = checkpoints.examine(name);
    if (found instanceof Found.Damaged damaged) {
      putAside(name, damaged.reason());
    } else if (checkpointOf(found).filter(old -> old.fence() <= lease.number()).isPresent()) {
      checkpoints.delete(name, lease);
    }
  }

  /** The checkpoint, whose age alone decides whether it is obsolete. */
  private static Optional<Checkpoint> checkpointOf(Found found) {
    if (found instanceof Found.Finished finished) {
      return Optional.of(finished.checkpoint());
    }
    return found instanceof Found.FencedOff late
        ? Optional.of(late.checkpoint())
        : Optional.empty();
  }

  /**
   * Deletes folders that were never finished. Failures are warnings.
   *
   * @param isOurs whether no other process may be writing into the folder of that name
   */
  public void deleteUnfinished(Predicate<String> isOurs) {
    for (String name : checkpoints.names()) {
      if (isOurs.test(name)) {
        attempt(
            () -> {
              if (checkpoints.examine(name) instanceof Found.Unfinished) {
                checkpoints.delete(name, lease);
              }
            });
      }
    }
  }

  private void attempt(Runnable change) {
    try {
      change.run();
    } catch (PalimpsestException e) {
      warnings.accept(e.getMessage());
    }
  }

  private void putAside(String name, String reason) {
    checkpoints.putAside(name, reason, lease);
    warnings.accept(reason + " It was put aside.");
  }

  /**
   * Reads the checkpoints that are to be kept, then deletes unfinished and older ones.
   *
   * @param keep number of checkpoints that are kept
   * @param isBest whether the checkpoint of that name is kept regardless of its age, if it is good
   * @return names of the deleted folders
   * @throws PalimpsestException if a checkpoint cannot be read, or if there are checkpoints, but
   *     none is good: then nothing is deleted
   */
  public List<String> verifyAndDelete(int keep, Predicate<String> isBest) {
    Survey survey = new Survey();
    List<String> names = checkpoints.names();
    for (int i = names.size() - 1; i >= 0; i--) {
      boolean isWanted = survey.kept < keep || isBest.test(names.get(i));
      survey.add(names.get(i), found(names.get(i), isWanted), isWanted);
    }
    if (survey.kept == 0 && survey.hasManifests) {
      throw checkpoints.noneIntact(survey.damaged.values());
    }
    survey.damaged.forEach(this::putAside);
    survey.obsolete.forEach(name -> checkpoints.delete(name, lease));
    return survey.obsolete;
  }

  private Found found(String name, boolean isWanted) {
    Found found = checkpoints.examine(name);
    return isWanted ? Selection.checked(found, Checkpoints.patiently(Checkpoint::verify)) : found;
  }

  /** Decides what happens to each folder, from the newest to the oldest, before anything does. */
  private static final class Survey {
    private final Map<String, String> damaged = new LinkedHashMap<>();
    private final List<String> obsolete = new ArrayList<>();
    private boolean hasManifests;
    private int kept;

    void add(String name, Found found, boolean isWanted) {
      hasManifests |= !(found instanceof Found.Unfinished);
      if (found instanceof Found.Damaged bad) {
        damaged.put(name, bad.reason());
      } else if (found instanceof Found.Finished && isWanted) {
        kept++;
      } else if (found instanceof Found.Unfinished
          || (checkpointOf(found).isPresent() && kept > 0)) {
        obsolete.add(name);
      }
    }
  }
}
