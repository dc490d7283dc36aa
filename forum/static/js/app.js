// Loads the small parts. Every page works without this file; it only makes steps shorter.
import { keepDrafts } from "./drafts.js";
import { guardForms, replaceFragments } from "./forms.js";
import { showChosenKind } from "./kinds.js";
import { openInPlace } from "./reply.js";
import { listenToKeys } from "./keys.js";
import { suggestPeople } from "./mentions.js";
import { closeMenus, closeSheet, loadMenus, showCurrentTab } from "./menus.js";

guardForms();
replaceFragments();
keepDrafts();
openInPlace();
showChosenKind();
closeMenus();
closeSheet();
showCurrentTab();
loadMenus();
suggestPeople();
listenToKeys();
document.getElementById("summary")?.focus();
