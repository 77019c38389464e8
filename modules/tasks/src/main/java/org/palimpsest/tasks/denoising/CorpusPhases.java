package org.palimpsest.tasks.denoising;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.ReadPhase;
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.checkpoint.TrainingState;

/**
 * What a run reads of its corpus, which may grow. Each phase reads the generations that the corpus
 * has when the phase begins; checkpoints record all phases, so a run resumes in the same order
 * whatever has been added since.
 */
final class CorpusPhases implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The corpus that is there, with all its generations, and the settings; only on the driver. */
  private final transient Corpus corpus;

  private final transient NewData settings;
  private final int batchBlocks;
  private final List<DataPhase> phases;
  private final CorpusSplit split;
  private final ReadPhase present;
  private final String news;

  private CorpusPhases(
      Corpus corpus, NewData settings, List<DataPhase> phases, Generations read, String news) {
    this.corpus = corpus;
    this.settings = settings;
    batchBlocks = settings.batchBlocks();
    this.phases = List.copyOf(phases);
    this.news = news;
    DataPhase last = phases.get(phases.size() - 1);
    split = corpus.withGenerations(read.all).training();
    present = new ReadPhase(last.step(), last.epoch(), read.older, read.replayed);
  }

  /**
   * The generations that a phase reads.
   *
   * @param all their number
   * @param older number of those that earlier phases read, if steps have fixed shares; otherwise 0
   * @param replayed blocks of a step from those
   */
  private record Generations(int all, int older, int replayed) {}

  /** The whole corpus, for a new run. */
  static CorpusPhases ofNewRun(Corpus corpus, NewData settings) {
    PhaseData data = new PhaseData(corpus.fingerprint(), settings.order(), PhaseData.NO_REPLAY);
    Generations all = new Generations(corpus.generations(), 0, 0);
    return new CorpusPhases(corpus, settings, DataPhase.only(data.toString()), all, "");
  }

  /**
   * What a run reads that goes on from a state.
   *
   * @return empty if it began with another corpus, or in another order
   * @throws PalimpsestException of kind INPUT if the corpus has grown and the run must not read
   *     that
   */
  Optional<CorpusPhases> resumedFrom(TrainingState state) {
    Optional<Generations> read = read(state.phases());
    if (read.isPresent() && corpus.withGenerations(read.get().all).isPurged()) {
      throw PalimpsestException.input(
          "The run reads text that was withdrawn from the corpus "
              + place()
              + " and deleted (palimpsest corpus purge): start another run (another run.directory,"
              + " or --fresh).");
    }
    if (read.isEmpty() || read.get().all == corpus.generations()) {
      return read.map(all -> new CorpusPhases(corpus, settings, state.phases(), all, ""));
    }
    int all = read.get().all;
    return Optional.of(
        switch (settings.choice()) {
          case REFUSE -> throw refusal(state, all);
          case KEEP ->
              new CorpusPhases(corpus, settings, state.phases(), read.get(), keeps(state, all));
          case GROW -> grown(state, read.get());
        });
  }

  /** Returns the corpus as a state's run read it, or the present one if it was another. */
  Corpus corpusOf(TrainingState state) {
    return read(state.phases()).map(read -> corpus.withGenerations(read.all)).orElse(corpus);
  }

  /** Returns what the last one of some phases reads; empty if it was another corpus. */
  private Optional<Generations> read(List<DataPhase> of) {
    int last = of.size() - 1;
    Optional<PhaseData> data = PhaseData.parse(of.get(last).data());
    OptionalInt all = generations(data);
    if (all.isEmpty() || data.get().order() != settings.order()) {
      return Optional.empty();
    }
    if (!data.get().replays()) {
      return Optional.of(new Generations(all.getAsInt(), 0, 0));
    }
    OptionalInt older =
        last == 0 ? OptionalInt.empty() : generations(PhaseData.parse(of.get(last - 1).data()));
    return older.isEmpty()
        ? Optional.empty()
        : Optional.of(new Generations(all.getAsInt(), older.getAsInt(), data.get().replayed()));
  }

  private OptionalInt generations(Optional<PhaseData> data) {
    return data.isPresent() ? corpus.generationsOf(data.get().corpus()) : OptionalInt.empty();
  }

  /** A new phase that begins at the step of a state and reads the whole corpus. */
  private CorpusPhases grown(TrainingState state, Generations before) {
    CorpusPhases ending = new CorpusPhases(corpus, settings, state.phases(), before, "");
    List<DataPhase> begun = new ArrayList<>(state.phases());
    DataPhase last = begun.get(begun.size() - 1);
    boolean isUnused = last.step() == state.step();
    if (isUnused) {
      begun.remove(last);
    }
    int older = isUnused ? older(begun) : before.all;
    Generations read = generationsFrom(older);
    long epoch = isUnused ? last.epoch() : ending.epochAfter(state.step());
    PhaseData data =
        new PhaseData(
            corpus.fingerprint(),
            settings.order(),
            read.older == 0 ? PhaseData.NO_REPLAY : read.replayed);
    begun.add(new DataPhase(state.step(), epoch, data.toString()));
    return new CorpusPhases(corpus, settings, begun, read, grows(state, before.all, read));
  }

  private int older(List<DataPhase> begun) {
    return begun.isEmpty() ? 0 : read(begun).map(Generations::all).orElse(0);
  }

  /** The shares of earlier and of newer generations, if both have blocks and a mix is set. */
  private Generations generationsFrom(int older) {
    CorpusSplit whole = corpus.training();
    int all = corpus.generations();
    boolean isMixed =
        settings.mix().isPresent() && whole.blocks(0, older) > 0 && whole.blocks(older, all) > 0;
    return isMixed ? new Generations(all, older, settings.replayed()) : new Generations(all, 0, 0);
  }

  private PalimpsestException refusal(TrainingState state, int read) {
    return PalimpsestException.input(
        String.format(
            Locale.ROOT,
            "The corpus %s has grown since the run began to read it (%d generations, the run reads"
                + " %d): set training.on-new-data to grow to read all of it from step %d on, or to"
                + " keep to go on without the new text.",
            place(),
            corpus.generations(),
            read,
            state.step()));
  }

  private String keeps(TrainingState state, int read) {
    return String.format(
        Locale.ROOT,
        "From step %d on, the run reads %d of the %d generations of the corpus %s, because"
            + " training.on-new-data is keep.",
        state.step(),
        read,
        corpus.generations(),
        place());
  }

  private String grows(TrainingState state, int before, Generations read) {
    String share =
        read.older == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; %d of the %d blocks of a step are from earlier ones",
                read.replayed,
                batchBlocks);
    return String.format(
        Locale.ROOT,
        "From step %d on, the run reads %d generations of the corpus %s instead of %d (%,d"
            + " blocks%s).",
        state.step(),
        read.all,
        place(),
        before,
        corpus.training().blocks(),
        share);
  }

  private String place() {
    return Secrets.redacted(corpus.path().toString());
  }

  private long epochAfter(long step) {
    return split.epochAfter(batchBlocks, present, step);
  }

  /** The blocks. */
  CorpusSplit split() {
    return split;
  }

  /** How the blocks are read. */
  ReadPhase present() {
    return present;
  }

  /** All phases of the run until now. */
  List<DataPhase> phases() {
    return phases;
  }

  /** A sentence about new data; empty if there is none. */
  Optional<String> news() {
    return news.isEmpty() ? Optional.empty() : Optional.of(news);
  }

  /** The fingerprint of what is read now. */
  String fingerprint() {
    return phases.get(phases.size() - 1).data();
  }

  /** The epoch of a step. */
  long epoch(long step) {
    return split.epoch(batchBlocks, present, step);
  }
}
