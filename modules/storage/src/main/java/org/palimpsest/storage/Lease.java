package org.palimpsest.storage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.DaemonThreads;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.LinuxProcesses.Life;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exclusive right of one run to write checkpoints into a folder, for a limited term. Each lease
 * has a higher number than all leases before it, the fencing number, which every manifest of its
 * owner contains. A thread renews the lease. It is free again when its owner closes it, when the
 * owner's process has certainly ended (on this machine, in this namespace of processes), or when it
 * was watched for its term and not renewed. No clock of another machine matters, and no clock that
 * may be set.
 *
 * <p>An owner that is paused for longer than the term loses the lease. If it resumes in the middle
 * of a commit, {@link Leases#fencesOff} rejects the number in its manifest.
 */
public final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final int RENEWALS_IN_A_TERM = 4;
  private static final long POLL_MS = 250;

  /** A process that ends does not wait longer for a file system: its lease expires by itself. */
  private static final Duration LAST_WAIT = Duration.ofSeconds(10);

  /**
   * The owners in this process that ended, but could not write so, as on a full or read-only disk.
   * Other processes of this machine wait until this one ends, others for a term.
   */
  private static final Set<String> ENDED = ConcurrentHashMap.newKeySet();

  private final Leases leases;
  private final Duration term;
  private final Deadline deadline;
  private final LeaseMessages messages;
  private final ScheduledExecutorService renewing;
  private LeaseEntry own;

  private Lease(
      Leases leases, Duration term, Deadline deadline, LeaseMessages messages, LeaseEntry own) {
    this.leases = leases;
    this.term = term;
    this.deadline = deadline;
    this.messages = messages;
    this.own = own;
    Duration every = Duration.ofMillis(Math.max(1, term.toMillis() / RENEWALS_IN_A_TERM));
    renewing = DaemonThreads.repeat("palimpsest-lease", every, this::renew, this::notRenewed);
  }

  /**
   * Takes the lease of a folder. If another owner may hold it, waits for one term whether the owner
   * renews it.
   *
   * @param term how long the lease is valid without renewal
   * @param deadline of each call of the file system
   * @throws PalimpsestException of kind CLUSTER if another run holds it
   */
  public static Lease take(Path folder, Configuration hadoop, Duration term, Deadline deadline) {
    return take(folder, hadoop, term, deadline, LeaseMessages.RUN);
  }

  /**
   * As {@link #take(Path, Configuration, Duration, Deadline)}, for something else than a run.
   *
   * @param messages what its exceptions say
   */
  public static Lease take(
      Path folder, Configuration hadoop, Duration term, Deadline deadline, LeaseMessages messages) {
    Leases leases = new Leases(folder, hadoop);
    Optional<LeaseEntry> last = deadline.call("read the leases of " + folder, leases::newest);
    last.ifPresent(entry -> awaitFree(leases, entry, term, deadline, messages));
    long number = last.map(LeaseEntry::number).orElse(0L) + 1;
    LeaseEntry own = LeaseEntry.mine(number, UUID.randomUUID().toString(), term);
    if (!deadline.call("write a lease into " + folder, () -> leases.create(own))) {
      throw messages.justTaken(folder);
    }
    Lease lease = new Lease(leases, term, deadline, messages, own);
    try {
      deadline.run("delete old leases of " + folder, leases::forgetOld);
      return lease;
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** The number of a folder's lease while an owner may hold it; empty if it seems to be free. */
  public static OptionalLong held(Path folder, Configuration hadoop) {
    return new Leases(folder, hadoop)
        .newest().stream().filter(LeaseEntry::mayBeHeld).mapToLong(LeaseEntry::number).findFirst();
  }

  private static void awaitFree(
      Leases leases, LeaseEntry seen, Duration term, Deadline deadline, LeaseMessages messages) {
    Life life = seen.process().life();
    if (seen.isReleased() || ENDED.contains(seen.process().id()) || life == Life.DEAD) {
      return;
    }
    if (life == Life.ALIVE && !seen.isOverdue()) {
      throw messages.held(leases.path(), seen.process().describe());
    }
    Duration patience = seen.term().termMs() > 0 ? Duration.ofMillis(seen.term().termMs()) : term;
    LOG.warn(
        "The lease of {} was not returned ({}): waiting {} s whether it is renewed.",
        leases.path(),
        seen.process().describe(),
        patience.toSeconds());
    watch(leases, seen, patience, deadline, messages);
  }

  /** Returns if the lease is not renewed; it is read once more after the wait. */
  private static void watch(
      Leases leases,
      LeaseEntry seen,
      Duration patience,
      Deadline deadline,
      LeaseMessages messages) {
    long start = System.nanoTime();
    boolean last = false;
    while (!last) {
      pause();
      last = System.nanoTime() - start >= patience.toNanos();
      LeaseEntry now =
          deadline.call("read the leases of " + leases.path(), leases::newest).orElse(seen);
      if (now.number() == seen.number() && now.isReleased()) {
        return;
      }
      if (now.isLaterThan(seen)) {
        throw messages.held(leases.path(), now.process().describe());
      }
    }
  }

  /** The deadline of calls that depend on this lease. */
  public Deadline deadline() {
    return deadline;
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
    LeaseEntry entry = own;
    deadline.run(
        "write the lease of " + leases.path(),
        () ->
            Retry.until(
                () -> {
                  leases.replace(entry);
                  return entry;
                }));
  }

  /**
   * Checks, before something is published or deleted, that no other run has taken the lease.
   *
   * @throws PalimpsestException of kind CLUSTER if another run has, or if this cannot be determined
   */
  public void check() {
    List<Long> numbers = deadline.call("list the leases of " + leases.path(), leases::numbers);
    if (numbers.stream().anyMatch(number -> number > own.number())) {
      throw messages.lost(leases.path(), term);
    }
  }

  /** Later than a term, a renewal is of no use. */
  private synchronized void renew() {
    LeaseEntry next = own.renewed(term);
    deadline.atMost(term).run("renew the lease of " + leases.path(), () -> leases.replace(next));
    own = next;
  }

  private void notRenewed(Throwable e) {
    String reason = e instanceof PalimpsestException ? e.getMessage() : e.toString();
    LOG.warn("The lease of {} could not be renewed: {}", leases.shown(), reason);
  }

  /** Releases the lease. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    interrupted |= stopRenewing();
    try {
      release();
    } catch (RuntimeException e) {
      ENDED.add(own.process().id());
      LOG.warn("The lease of {} could not be released: {}", leases.shown(), e.getMessage());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits a moment for a renewal, which would undo the release; returns whether interrupted. */
  private boolean stopRenewing() {
    renewing.shutdown();
    try {
      if (!renewing.awaitTermination(1, TimeUnit.SECONDS)) {
        renewing.shutdownNow();
      }
      return false;
    } catch (InterruptedException e) {
      renewing.shutdownNow();
      return true;
    }
  }

  private synchronized void release() {
    own = own.released();
    LeaseEntry entry = own;
    deadline
        .atMost(LAST_WAIT)
        .run("release the lease of " + leases.path(), () -> leases.release(entry));
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
