package org.palimpsest.training.transport.collective;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.segment.SegmentEnding;

/**
 * What a worker hands to the driver at the end of a segment. Small: the vectors are in files.
 *
 * @param rank the worker's
 * @param ending why the segment ended; the same on all workers
 * @param state where the run stands, but for what each worker leaves; the same on all workers
 * @param failure why this worker could not write a checkpoint, or empty
 * @param points progress since the last checkpoint but one; from worker 0 only
 * @param secondsLeft of the time limit, by this worker's clock
 */
@DefaultSerializer(JavaSerializer.class) // For programs that name no registrator of ours.
public record WorkerReport(
    int rank,
    SegmentEnding ending,
    TrainingState state,
    String failure,
    List<Progress> points,
    double secondsLeft)
    implements Serializable {}
