// What is said of one's own connection in a meeting, in English.

import type { connectionDe } from './connection.de';

export const connectionEn: Readonly<Record<keyof typeof connectionDe, string>> = {
  'line.noVideo': 'Your connection is too slow for video. Sound comes first, pictures are paused.',
  'line.someVideo': 'Your connection is too slow for all pictures. Sound comes first, some are paused.',
  'line.server': 'The server is at its limit at the moment. Sound comes first, pictures are paused.',
  'line.loss': 'Data gets lost on the way, perhaps in the Wi-Fi. What is missing is asked for again; sound and picture may falter.',
  'line.up': 'Your connection sends too slowly. Sound comes first, others see your picture less sharp.',
  'line.cpu': 'This device is at its limit. So that sound does not falter, others see your picture less sharp.',
  'line.far': 'The way to the server takes long at the moment. What you say arrives late.',
  'line.weak': 'Your connection is bad at the moment. Sound comes first; pictures may falter.',
  'line.help': 'What helps?',
  'line.mark': 'Connection',
  'line.markName': 'Your connection is disturbed: what helps?',

  'stage.weak': 'bad connection',
  'stage.paused': 'Picture paused',
  'stage.pausedWhy': 'Your connection is too slow',
  'stage.pausedServer': 'The server is at its limit',
  'news.back': 'The connection is back',

  'help.title': 'Help with the connection',
  'help.fine': 'Your connection is fine at the moment.',
  'help.tips': 'What helps',
  'help.wifi': 'Move closer to the Wi-Fi, or use a cable.',
  'help.others': 'Stop what is loading besides: downloads, films, syncing with a cloud.',
  'help.programs': 'Close other programs and windows, and plug the device in.',
  'help.camera': 'Turn your camera off. You are heard better then.',
  'help.net': 'Turn a VPN off, or try another network, mobile data for example.',
  'help.server': 'The pictures come again by themselves, as soon as the server has time for them. You hear everything.',
  'help.check': 'Check the connection (new window)',

  'help.support': 'With the support',
  'help.supportText': 'With a help code the support sees the figures of your connection: speed, loss, delay, which pictures are paused. Read the code out to them.',
  'help.supportNot': 'They see no picture, hear no sound, and learn neither your name nor that of the meeting. All that is stored is that somebody watched.',
  'help.start': 'Get a help code',
  'help.code': 'Help code {code}',
  'help.copy': 'Copy the help code',
  'help.copyShort': 'Copy',
  'help.watched': 'Support sees the figures of your connection.',
  'help.notWatched': 'Nobody sees the figures of your connection yet.',
  'help.ready': 'Help code {code}: nobody sees the figures of your connection yet.',
  'help.end': 'End the help',
  'help.endShort': 'End',
  'help.validity': 'The code is good until you end the help or leave, for at most 30 minutes.',
};
