/** On whose behalf statements are sent, as only the observer knows. */
export type Caller = object
/** All of them, asked once the statement is sent, since until then others may join it. */
export type Callers = () => readonly Caller[]
