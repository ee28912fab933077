/** What all examples are about. */
export const EXAMPLE_TASK_ID = '01a209cd-b577-73de-b0dd-cd0934998016'
export const EXAMPLE_REQUEST_ID = '2bb250fb-9e62-4c9b-9a63-0b3c0d2c8a51'
