package org.palimpsest.corpus.prepare;

import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Layout;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Icu;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** What the tasks of the shuffle reported, as the manifest of what they wrote. */
final class GenerationSummary {
  private static final int REASONS_SHOWN = 5;

  private final StoredFolder folder;
  private final CorpusSettings settings;
  private final LanePlan plan;
  private final List<LaneReport> reports;

  /**
   * @param reports in the order of the shuffle's partitions
   */
  GenerationSummary(
      StoredFolder folder, CorpusSettings settings, LanePlan plan, List<LaneReport> reports) {
    this.folder = folder;
    this.settings = settings;
    this.plan = plan;
    this.reports = reports;
  }

  /**
   * The manifest of a corpus of these lanes alone.
   *
   * @param identity the settings that it was prepared with
   * @throws PalimpsestException of kind INPUT if there is nothing to train on, or too much was
   *     rejected
   */
  Manifest manifest(TokenizerFile tokenizer, Map<String, String> identity) {
    List<LaneReport> training = reports.subList(0, plan.trainingLanes());
    List<LaneReport> validation = reports.subList(plan.trainingLanes(), plan.rejected());
    LaneReport last = reports.get(plan.rejected());
    Manifest.PartEntry trainingPart = part(training);
    Manifest.PartEntry validationPart = part(validation);
    requireEnough(trainingPart.documents() + validationPart.documents(), last);
    requireTraining(trainingPart, last.rejected().cleaned());
    return new Manifest(
        Manifest.SCHEMA_VERSION,
        new StoredFile(Layout.tokenizer(tokenizer), tokenizer.json().length, tokenizer.sha256()),
        tokenizer.tokenizer().vocabulary().size(),
        settings.seed(),
        settings.blockSize(),
        settings.rowGroupBlocks(),
        trainingPart,
        validationPart,
        last.rejected().counts(),
        last.name().isEmpty() ? List.of() : List.of(file(last)),
        last.rejected().cleaned().counts(),
        identity,
        List.of(
            Manifest.Generation.of(trainingPart, validationPart, identity)
                .with(
                    reports.stream().flatMap(lane -> lane.texts().stream()).toList(),
                    Icu.current())));
  }

  private Manifest.PartEntry part(List<LaneReport> lanes) {
    LaneReport.Counts sum =
        lanes.stream()
            .map(LaneReport::counts)
            .reduce(LaneReport.Counts.none(settings.blockSize()), LaneReport.Counts::plus);
    return new Manifest.PartEntry(
        sum.documents(),
        sum.sentences(),
        sum.tokens(),
        sum.blocks(),
        sum.utf8Bytes(),
        Manifest.PartEntry.paddingShare(sum.tokens(), sum.blocks(), settings.blockSize()),
        sum.lengthClasses(),
        lanes.stream()
            .map(lane -> new Manifest.LaneEntry(file(lane), lane.counts().blocks()))
            .toList());
  }

  private static StoredFile file(LaneReport report) {
    return new StoredFile(report.name(), report.size(), report.sha256());
  }

  private void requireEnough(long documents, LaneReport last) {
    LaneReport.Rejected rejected = last.rejected();
    long records = documents + rejected.total() + rejected.cleaned().leftOut();
    if (records == 0) {
      throw PalimpsestException.input(
          "The input %s has no documents: give text.".formatted(settings.inputs()));
    }
    if (rejected.total() > settings.maxRejected() * records) {
      throw PalimpsestException.input(
          "%d of %d records were rejected, more than corpus.max-rejected = %s allows: %s (all are named in %s)."
              .formatted(
                  rejected.total(),
                  records,
                  settings.maxRejected(),
                  rejected.mostFrequent(REASONS_SHOWN),
                  folder.resolve(last.name())));
    }
  }

  private void requireTraining(Manifest.PartEntry training, CleaningCounts cleaned) {
    if (training.blocks() == 0 && cleaned.leftOut() > 0) {
      throw PalimpsestException.input(
          "No document of the input %s was left to train on after the cleaning %s: loosen corpus.clean or give more text."
              .formatted(settings.inputs(), cleaned.counts()));
    }
    if (training.blocks() == 0) {
      throw PalimpsestException.input(
          "No document of the input %s was left to train on: give more text or lower corpus.validation-share."
              .formatted(settings.inputs()));
    }
  }
}
