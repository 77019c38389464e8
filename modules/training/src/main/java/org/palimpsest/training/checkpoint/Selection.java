package org.palimpsest.training.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.DamageException;

/**
 * The newest good checkpoint, and what was passed over on the way to it.
 *
 * @param chosen empty if there is none
 * @param damaged the reasons, in sentences, by the names of newer checkpoints that are damaged
 * @param passedOver the same for newer checkpoints that are damaged or fenced off
 * @param isEmpty whether no folder has a manifest
 */
record Selection(
    Optional<Checkpoint> chosen,
    Map<String, String> damaged,
    Map<String, String> passedOver,
    boolean isEmpty) {

  /**
   * Looks for the newest checkpoint that passes a check. Changes nothing.
   *
   * @param check throws with a {@link DamageException} if a checkpoint is damaged
   * @throws PalimpsestException if a newer one cannot be read: it may be good
   */
  static Selection of(Checkpoints checkpoints, Consumer<Checkpoint> check) {
    List<String> names = checkpoints.names();
    Map<String, String> damaged = new LinkedHashMap<>();
    Map<String, String> passedOver = new LinkedHashMap<>();
    boolean isEmpty = true;
    for (int i = names.size() - 1; i >= 0; i--) {
      String name = names.get(i);
      Found found = checked(checkpoints.examine(name), check);
      isEmpty &= found instanceof Found.Unfinished;
      if (found instanceof Found.Finished good) {
        return new Selection(Optional.of(good.checkpoint()), damaged, passedOver, false);
      } else if (found instanceof Found.Damaged bad) {
        damaged.put(name, bad.reason());
        passedOver.put(name, bad.reason());
      } else if (found instanceof Found.FencedOff late) {
        passedOver.put(name, late.reason());
      } else if (found instanceof Found.PutAside bad) {
        passedOver.put(name, bad.reason());
      }
    }
    return new Selection(Optional.empty(), damaged, passedOver, isEmpty);
  }

  /** What was found, or that it is damaged after all. */
  static Found checked(Found found, Consumer<Checkpoint> check) {
    if (!(found instanceof Found.Finished finished)) {
      return found;
    }
    try {
      check.accept(finished.checkpoint());
      return found;
    } catch (PalimpsestException e) {
      if (DamageException.isProvenBy(e)) {
        return new Found.Damaged(e.getMessage());
      }
      throw Checkpoints.unreadable(finished.checkpoint().folder(), e);
    }
  }
}
