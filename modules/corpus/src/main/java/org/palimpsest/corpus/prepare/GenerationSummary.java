package org.palimpsest.corpus.prepare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.Filtering;
import org.palimpsest.corpus.read.Generation;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.read.Origin;
import org.palimpsest.corpus.store.RejectionCounts;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.corpus.text.Input;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** Turns the reports of the tasks that wrote lanes into a manifest. */
final class GenerationSummary {
  private final StoredFolder folder;
  private final CorpusSettings settings;
  private final LanePlan plan;
  private final List<LaneReport> reports;

  /**
   * @param reports by partition of the plan
   */
  GenerationSummary(
      StoredFolder folder, CorpusSettings settings, LanePlan plan, List<LaneReport> reports) {
    this.folder = folder;
    this.settings = settings;
    this.plan = plan;
    this.reports = reports;
  }

  /**
   * Returns the manifest of a corpus with these lanes.
   *
   * @param identity the settings of the preparation, by configuration key
   * @throws PalimpsestException of kind INPUT if there are no training documents, or too many
   *     records were rejected
   */
  Manifest manifest(TokenizerFile tokenizer, Map<String, String> identity) {
    Manifest.Splits splits = splits();
    requireDocuments(splits);
    requireFewRejections(splits);
    requireTraining(splits.training(), last().filtered().cleaned());
    return manifest(splits, tokenizer, identity);
  }

  /**
   * Returns the manifest of a corpus with these lanes, which are added to another one; empty if
   * they have no documents.
   *
   * @param identity the settings of the preparation, by configuration key
   * @throws PalimpsestException of kind INPUT if too many records were rejected
   */
  Optional<Manifest> addition(TokenizerFile tokenizer, Map<String, String> identity) {
    Manifest.Splits splits = splits();
    requireFewRejections(splits);
    return splits.training().blocks() + splits.validation().blocks() == 0
        ? Optional.empty()
        : Optional.of(manifest(splits, tokenizer, identity));
  }

  private LaneReport last() {
    return reports.get(plan.rejected());
  }

  private Manifest.Splits splits() {
    return new Manifest.Splits(
        split(reports.subList(0, plan.trainingLanes())),
        split(reports.subList(plan.trainingLanes(), plan.rejected())));
  }

  private Manifest manifest(
      Manifest.Splits splits, TokenizerFile tokenizer, Map<String, String> identity) {
    LaneReport last = last();
    RejectionCounts rejected = last.filtered().rejected();
    CleaningCounts cleaned = last.filtered().cleaned();
    Generation generation =
        Generation.of(splits, identity)
            .with(
                settings.inputs().stream().map(Input::path).toList(),
                new Generation.Lists(
                    reports.stream().flatMap(lane -> lane.lists().texts().stream()).toList(),
                    reports.stream().flatMap(lane -> lane.lists().sources().stream()).toList()),
                Icu.current());
    return new Manifest(
        shape(tokenizer),
        splits,
        new Filtering(
            rejected.counts(),
            last.file() == null ? List.of() : List.of(last.file()),
            cleaned.counts()),
        new Origin(identity, List.of(generation)));
  }

  private Manifest.Shape shape(TokenizerFile tokenizer) {
    return new Manifest.Shape(
        new StoredFile(Layout.tokenizer(tokenizer), tokenizer.json().length, tokenizer.sha256()),
        tokenizer.tokenizer().vocabulary().size(),
        settings.seed(),
        settings.blockSize(),
        settings.blocks().rowGroup(),
        BlockOrder.Kind.ROW_GROUPS);
  }

  private Manifest.SplitEntry split(List<LaneReport> lanes) {
    LaneReport.Counts sum =
        lanes.stream()
            .map(LaneReport::counts)
            .reduce(LaneReport.Counts.none(settings.blockSize()), LaneReport.Counts::plus);
    return new Manifest.SplitEntry(
        sum.documents(),
        sum.sentences(),
        sum.tokens(),
        sum.blocks(),
        sum.utf8Bytes(),
        Manifest.SplitEntry.paddingShare(sum.tokens(), sum.blocks(), settings.blockSize()),
        sum.lengthClasses(),
        lanes.stream()
            .map(lane -> new Manifest.LaneEntry(lane.file(), lane.counts().blocks(), null))
            .toList());
  }

  private long records(Manifest.Splits splits) {
    LaneReport.Filtered filtered = last().filtered();
    long documents = splits.training().documents() + splits.validation().documents();
    return documents + filtered.rejected().total() + filtered.cleaned().leftOut();
  }

  private void requireDocuments(Manifest.Splits splits) {
    if (records(splits) == 0) {
      throw PalimpsestException.input(
          "The input %s has no documents: add text to it, or name another corpus.input."
              .formatted(settings.inputs()));
    }
  }

  private void requireFewRejections(Manifest.Splits splits) {
    LaneReport last = last();
    if (last.file() != null) {
      last.filtered()
          .rejected()
          .requireAtMost(
              settings.texts().maxRejected(),
              records(splits),
              "corpus.max-rejected",
              folder.resolve(last.file().name()));
    }
  }

  private void requireTraining(Manifest.SplitEntry training, CleaningCounts cleaned) {
    if (training.blocks() == 0 && cleaned.leftOut() > 0) {
      throw PalimpsestException.input(
          "Cleaning removed all training documents of the input %s (%s): relax corpus.clean, or add text."
              .formatted(settings.inputs(), cleaned.counts()));
    }
    if (training.blocks() == 0) {
      throw PalimpsestException.input(
          "The input %s has no training documents: add text, or lower corpus.validation-share."
              .formatted(settings.inputs()));
    }
  }
}
