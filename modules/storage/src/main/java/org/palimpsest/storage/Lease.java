package org.palimpsest.storage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exclusive right of one run to write checkpoints into a folder, for a limited term. Each lease
 * has a higher number than all leases before it, the fencing number, which every manifest of its
 * owner contains. A thread renews the lease. It is free again when its owner closes it, when the
 * owner's process on this machine has ended, or when it was not renewed for its term.
 *
 * <p>An owner that is paused for longer than the term loses the lease. If it resumes in the middle
 * of a commit, {@link Leases#fencesOff} rejects the number in its manifest.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final int RENEWALS_IN_A_TERM = 4;
  private static final long POLL_MS = 250;

  private final Leases leases;
  private final Duration term;
  private final ScheduledExecutorService renewing;
  private Leases.Entry own;

  private Lease(Leases leases, Duration term, Leases.Entry own) {
    this.leases = leases;
    this.term = term;
    this.own = own;
    renewing = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("palimpsest-lease"));
    long every = Math.max(1, term.toMillis() / RENEWALS_IN_A_TERM);
    Future<?> unused =
        renewing.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease of a folder. If another owner may hold it, waits for one term whether the owner
   * renews it.
   *
   * @param term how long the lease is valid without renewal
   * @throws PalimpsestException of kind CLUSTER if another run holds it
   */
  public static Lease take(Path folder, Configuration hadoop, Duration term) {
    Leases leases = new Leases(folder, hadoop);
    Optional<Leases.Entry> last = leases.newest();
    last.ifPresent(entry -> awaitFree(leases, entry, term));
    long number = last.map(Leases.Entry::number).orElse(0L) + 1;
    Leases.Entry own = Leases.Entry.mine(number, UUID.randomUUID().toString(), term);
    if (!Retry.until(() -> leases.create(own))) {
      throw held(folder, "another run has just taken it");
    }
    leases.forgetOld();
    return new Lease(leases, term, own);
  }

  /** The number of a folder's lease while an owner may hold it; empty if it is free. */
  public static OptionalLong held(Path folder, Configuration hadoop) {
    return new Leases(folder, hadoop)
        .newest().stream()
            .filter(entry -> !entry.isFree())
            .mapToLong(Leases.Entry::number)
            .findFirst();
  }

  private static void awaitFree(Leases leases, Leases.Entry seen, Duration term) {
    Duration patience = seen.termMs() > 0 ? Duration.ofMillis(seen.termMs()) : term;
    long start = System.nanoTime();
    while (!seen.isFree()) {
      if (seen.isAliveHere()) {
        throw held(leases.path(), seen.owner());
      }
      if (System.nanoTime() - start >= patience.toNanos()) {
        return;
      }
      pause();
      Leases.Entry now = leases.newest().orElse(seen);
      if (now.number() != seen.number() || now.expiresMs() > seen.expiresMs()) {
        throw held(leases.path(), now.owner());
      }
      seen = now;
    }
  }

  private static PalimpsestException held(Path folder, String owner) {
    return PalimpsestException.cluster(
        "The checkpoints in "
            + folder
            + " belong to an active run ("
            + owner
            + "): wait until it ends, or choose another run.directory.");
  }

  /** The fencing number in the owner's manifests. */
  public long number() {
    return own.number();
  }

  /**
   * Records the checkpoint that the owner resumes from: later checkpoints of former owners are
   * invalid.
   *
   * @param step of the checkpoint; 0 for a fresh start
   */
  public synchronized void goOnFrom(long step) {
    own = own.from(step);
    Retry.until(() -> leases.replace(own));
  }

  /**
   * Checks, before something is published, that no other run has taken the lease.
   *
   * @throws PalimpsestException of kind CLUSTER if another run has
   */
  public void check() {
    List<Long> numbers = Retry.until(leases::numbers);
    if (numbers.stream().anyMatch(number -> number > own.number())) {
      throw PalimpsestException.cluster(
          "This run was paused for more than "
              + term.toSeconds()
              + " s (checkpoint.lease), and another run has taken its lease on "
              + leases.path()
              + ": this run writes nothing more.");
    }
  }

  private synchronized void renew() {
    try {
      own = own.renewed(term);
      leases.replace(own);
    } catch (RuntimeException e) {
      LOG.warn("The lease of {} could not be renewed: {}", leases.path(), e.getMessage());
    }
  }

  /** Releases the lease. */
  @Override
  public synchronized void close() {
    renewing.shutdownNow();
    try {
      own = own.released();
      leases.replace(own);
    } catch (RuntimeException e) {
      LOG.warn("The lease of {} could not be released: {}", leases.path(), e.getMessage());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PalimpsestException.cluster("The wait for the lease of a run was interrupted.");
    }
  }
}
