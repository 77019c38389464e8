package org.palimpsest.pipeline.failure;

import java.util.function.Supplier;
import org.palimpsest.base.PalimpsestException;

/**
 * Exceptions whose classes name their kinds. A client of Spark Connect learns the class and the
 * message of an exception on its server, and no more.
 */
public final class NamedFailures {
  private NamedFailures() {}

  /** The result of a call that users make; its failure is thrown as one of these exceptions. */
  public static <T> T of(Supplier<T> call) {
    try {
      return call.get();
    } catch (PalimpsestException e) {
      throw of(e);
    }
  }

  /** As {@link #of(Supplier)}, for a call without a result. */
  public static void ofRunnable(Runnable call) {
    Object unused =
        of(
            () -> {
              call.run();
              return "";
            });
  }

  /** The same failure as one of these exceptions. */
  public static PalimpsestException of(PalimpsestException e) {
    if (e.getClass() != PalimpsestException.class) {
      return e;
    }
    PalimpsestException named =
        switch (e.kind()) {
          case OTHER -> new Other(e);
          case CONFIGURATION -> new Configuration(e);
          case INPUT -> new Input(e);
          case DIVERGED -> new Diverged(e);
          case CLUSTER -> new Cluster(e);
          case TIME_LIMIT -> new TimeLimit(e);
        };
    named.setStackTrace(e.getStackTrace());
    for (Throwable suppressed : e.getSuppressed()) {
      named.addSuppressed(suppressed);
    }
    return named;
  }

  /** Of one kind. */
  private abstract static class Named extends PalimpsestException {
    private static final long serialVersionUID = 1L;

    Named(PalimpsestException e) {
      super(e.kind(), e.getMessage(), e.getCause());
    }
  }

  private static final class Other extends Named {
    private static final long serialVersionUID = 1L;

    Other(PalimpsestException e) {
      super(e);
    }
  }

  private static final class Configuration extends Named {
    private static final long serialVersionUID = 1L;

    Configuration(PalimpsestException e) {
      super(e);
    }
  }

  private static final class Input extends Named {
    private static final long serialVersionUID = 1L;

    Input(PalimpsestException e) {
      super(e);
    }
  }

  private static final class Diverged extends Named {
    private static final long serialVersionUID = 1L;

    Diverged(PalimpsestException e) {
      super(e);
    }
  }

  private static final class Cluster extends Named {
    private static final long serialVersionUID = 1L;

    Cluster(PalimpsestException e) {
      super(e);
    }
  }

  private static final class TimeLimit extends Named {
    private static final long serialVersionUID = 1L;

    TimeLimit(PalimpsestException e) {
      super(e);
    }
  }
}
