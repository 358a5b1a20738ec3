// tones in hertz, with their lengths in seconds; nobody looks at the screen while scanning
const TONES = {
    booked: [[1320, 0.09]],
    look: [
        [880, 0.12],
        [0, 0.06],
        [880, 0.12],
    ],
    refused: [
        [196, 0.25],
        [0, 0.05],
        [147, 0.45],
    ],
    ask: [
        [660, 0.1],
        [990, 0.14],
    ],
};
let context;

/** Three answers, three sounds; where the browser allows none, there is no harm. */
export function playAnswer(answer) {
    try {
        context ??= new AudioContext();
        let at = context.currentTime;
        for (const [frequency, length] of TONES[answer] ?? []) {
            if (frequency) {
                const tone = context.createOscillator();
                const volume = context.createGain();
                tone.type = answer === "refused" ? "sawtooth" : "sine";
                tone.frequency.value = frequency;
                volume.gain.value = 0.15;
                tone.connect(volume).connect(context.destination);
                tone.start(at);
                tone.stop(at + length);
            }
            at += length;
        }
    } catch {
        // no sound card, or not allowed
    }
}
