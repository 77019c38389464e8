package org.palimpsest.training.telemetry;

import org.palimpsest.base.PalimpsestException;
import org.palimpsest.training.event.RunResult;

/** What a process ends with after an invocation that did not fail: {@code run.exit-codes}. */
public enum ExitCodes {
  /** A run that is to be resumed has a code of its own. */
  DISTINCT,
  /** Every end without a failure is 0, for schedulers that take all other codes for failures. */
  ZERO_TO_GO_ON;

  /** The exit code of an ending. */
  public int of(RunResult.Ending ending) {
    return switch (ending) {
      case FINISHED, EARLY -> 0;
      case TIME_LIMIT, STOPPED ->
          this == DISTINCT ? PalimpsestException.Kind.TIME_LIMIT.exitCode() : 0;
    };
  }
}
